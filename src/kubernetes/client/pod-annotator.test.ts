// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonValue } from '../../base/index.ts'
import type { Pod } from '../resources/pod.ts'
import { KubernetesClient } from './client.ts'
import { PodAnnotator } from './pod-annotator.ts'
import { ScriptedServer } from './scripted-server.ts'
import type { Script } from './scripted-server.ts'

const key = 'k8s.v1.cni.cncf.io/network-status'
const pod = {
  metadata: {
    name: 'web',
    namespace: 'default',
    uid: 'u1',
    resourceVersion: '7',
    annotations: { kept: 'yes', old: 'no' },
  },
  spec: { nodeName: 'n1', future: true },
}
const ref = { namespace: 'default', name: 'web', uid: 'u1' }
const forbidden = 'pods "web" is forbidden: User cannot patch resource "pods/status"'

async function serve(script: Script) {
  const bodies: (JsonValue | undefined)[] = []
  const server = await ScriptedServer.start(async (request, reply) => {
    bodies.push(request.body)
    await script(request, reply)
  })
  const client = new KubernetesClient({ server: server.url })
  return {
    bodies,
    annotator: new PodAnnotator(client),
    requests: () => server.requests.map((line) => line.replace('/api/v1/namespaces/default/', '')),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** An API as upstream's ClusterRole leaves it: get on pods, update on pods/status. */
const updateOnly: Script = ({ method, body }, reply) => {
  if (method === 'PATCH') reply.fail(403, 'Forbidden', forbidden)
  else reply.json(200, method === 'GET' ? pod : (body ?? {}))
}

describe('PodAnnotator', () => {
  it('needs one request where it may patch, and has the server compare the UID', async () => {
    await using api = await serve((_, reply) => reply.json(200, pod))
    const written = await api.annotator.write(ref, { [key]: '[]' }, { timeoutMs: 5000 })
    assert.equal(written.metadata.uid, 'u1')
    assert.deepEqual(api.requests(), ['PATCH pods/web/status'])
    assert.deepEqual(api.bodies, [{ metadata: { uid: 'u1', annotations: { [key]: '[]' } } }])
  })

  it('leaves the UID out for a pod whose UID is not known', async () => {
    await using api = await serve((_, reply) => reply.json(200, pod))
    await api.annotator.write({ ...ref, uid: '' }, { [key]: '[]' }, { timeoutMs: 5000 })
    assert.deepEqual(api.bodies, [{ metadata: { annotations: { [key]: '[]' } } }])
  })

  it('reads and replaces where it may not patch, keeps all else, and remembers', async () => {
    await using api = await serve(updateOnly)
    await api.annotator.write(ref, { [key]: '[]', old: null }, { timeoutMs: 5000 })
    await api.annotator.write(ref, { [key]: '[]' }, { timeoutMs: 5000 })
    assert.deepEqual(api.requests(), [
      'PATCH pods/web/status',
      'GET pods/web',
      'PUT pods/web/status',
      'GET pods/web',
      'PUT pods/web/status',
    ])
    assert.deepEqual(api.bodies[2], {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...pod.metadata, annotations: { kept: 'yes', [key]: '[]' } },
      spec: pod.spec,
    })
  })

  it('reads and replaces again when another writer was faster, five times at most', async () => {
    let conflicts = 0
    await using api = await serve((request, reply) => {
      if (request.method !== 'PUT') updateOnly(request, reply)
      else if (conflicts++ < 4) reply.fail(409, 'Conflict', 'the object has been modified')
      else reply.json(200, request.body ?? {})
    })
    await api.annotator.write(ref, { [key]: '[]' }, { timeoutMs: 5000 })
    assert.equal(conflicts, 5)
    conflicts = -100
    await assert.rejects(api.annotator.write(ref, { [key]: '[]' }, { timeoutMs: 5000 }), {
      id: 'kubernetes/conflict',
      message: 'Cannot update status of pod default/web: the object has been modified',
    })
    assert.equal(conflicts, -95)
  })

  it('does not write to a pod that took the name over', async () => {
    await using api = await serve(({ method }, reply) => {
      if (method === 'PATCH') reply.fail(422, 'Invalid', 'metadata.uid: field is immutable')
      else reply.json(200, { ...pod, metadata: { ...pod.metadata, uid: 'u2' } })
    })
    await assert.rejects(api.annotator.write(ref, { [key]: '[]' }, { timeoutMs: 5000 }), {
      id: 'kubernetes/object-replaced',
      detail: 'expected pod default/web UID "u1" but got "u2" from Kube API',
    })
    assert.deepEqual(api.requests(), ['PATCH pods/web/status', 'GET pods/web'])
  })

  it('fails as the server says when the pod is gone or the server is not well', async () => {
    await using api = await serve((_, reply) => reply.fail(404, 'NotFound', 'pods "web" not found'))
    await assert.rejects(api.annotator.write(ref, { [key]: '[]' }, { timeoutMs: 5000 }), {
      id: 'kubernetes/not-found',
      detail: 'pods "web" not found',
    })
    assert.deepEqual(api.requests(), ['PATCH pods/web/status'])
  })

  for (const write of ['write', 'writeIf'] as const) {
    it(`has one deadline for all requests of ${write}()`, { timeout: 10_000 }, async (t) => {
      const clock = t.mock.method(performance, 'now')
      await using api = await serve((request, reply) => {
        const passedMs = performance.now() + 60_000
        if (request.method === 'GET') clock.mock.mockImplementation(() => passedMs)
        if (request.method !== 'PUT') updateOnly(request, reply)
      })
      const written = api.annotator[write](ref, {}, { timeoutMs: 60_000, isWanted: () => true })
      await assert.rejects(written, { id: 'kubernetes/timeout' })
    })
  }

  it('writes to a pod that is as it has to be, and has the server refuse one that has changed since', async () => {
    await using api = await serve((_, reply) => reply.json(200, pod))
    const isWanted = ({ metadata }: Pod): boolean => metadata.annotations['kept'] === 'yes'
    assert.equal(await api.annotator.writeIf(ref, { [key]: '[]' }, { timeoutMs: 5000, isWanted }), true)
    assert.deepEqual(api.requests(), ['GET pods/web', 'PATCH pods/web/status'])
    assert.deepEqual(api.bodies[1], {
      metadata: { uid: 'u1', resourceVersion: '7', annotations: { [key]: '[]' } },
    })
  })

  it('leaves a pod alone that is not as it has to be, that has changed meanwhile, or is another one', async () => {
    await using api = await serve(({ method }, reply) => {
      if (method === 'GET') reply.json(200, pod)
      else reply.fail(409, 'Conflict', 'the object has been modified')
    })
    const options = { timeoutMs: 5000, isWanted: () => true }
    assert.equal(await api.annotator.writeIf(ref, {}, { ...options, isWanted: () => false }), false)
    assert.equal(await api.annotator.writeIf(ref, {}, options), false)
    assert.deepEqual(api.requests(), ['GET pods/web', 'GET pods/web', 'PATCH pods/web/status'])
    await assert.rejects(api.annotator.writeIf({ ...ref, uid: 'u2' }, {}, options), {
      id: 'kubernetes/object-replaced',
    })
  })

  it('replaces what it has seen where it may not patch', async () => {
    await using api = await serve(updateOnly)
    const options = { timeoutMs: 5000, isWanted: () => true }
    assert.equal(await api.annotator.writeIf(ref, { [key]: '[]' }, options), true)
    assert.deepEqual(api.requests(), ['GET pods/web', 'PATCH pods/web/status', 'PUT pods/web/status'])
  })
})
