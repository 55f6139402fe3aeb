// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorIdOf, waitFor } from '../../base/index.ts'
import { networkAttachmentDefinitions } from '../resources/network-attachment-definition.ts'
import { namespaces } from '../resources/namespace.ts'
import { pods } from '../resources/pod.ts'
import { genericResource } from '../resources/resource.ts'
import { ApiError } from './api-error.ts'
import { KubernetesClient } from './client.ts'
import type { ClientOptions } from './client.ts'
import { ScriptedServer } from './scripted-server.ts'
import type { Script, ScriptedRequest } from './scripted-server.ts'

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '7' },
  spec: { nodeName: 'n1' },
}

async function serve(script: Script, options: ClientOptions = {}) {
  const server = await ScriptedServer.start(script)
  const client = new KubernetesClient({ server: server.url }, options)
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ApiError, String(error))
  return error
}

describe('KubernetesClient', () => {
  it('get() gives the parsed object', async () => {
    await using api = await serve((_, reply) => reply.json(200, pod))
    const got = await api.client.get(pods, { namespace: 'default', name: 'web' })
    assert.equal(got.metadata.uid, 'u1')
    assert.equal(got.spec.nodeName, 'n1')
    assert.deepEqual(api.server.requests, ['GET /api/v1/namespaces/default/pods/web'])
  })

  it('get() addresses cluster-scoped and grouped kinds', async () => {
    await using api = await serve((_, reply) => reply.json(200, { metadata: { name: 'x' } }))
    await api.client.get(namespaces, { name: 'default' })
    await api.client.get(networkAttachmentDefinitions, { namespace: 'a', name: 'lan' })
    assert.deepEqual(api.server.requests, [
      'GET /api/v1/namespaces/default',
      'GET /apis/k8s.cni.cncf.io/v1/namespaces/a/network-attachment-definitions/lan',
    ])
  })

  it('get() tells what was attempted and what the server said', async () => {
    await using api = await serve((_, reply) => reply.fail(404, 'NotFound', 'pods "web" not found'))
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
    assert.equal(error.id, 'kubernetes/not-found')
    assert.equal(error.message, 'Cannot get pod default/web: pods "web" not found')
    assert.deepEqual([error.status, error.reason, error.detail], [404, 'NotFound', 'pods "web" not found'])
    assert.equal(error.transient, false)
  })

  it('get() says that a resource type is not installed when the path does not exist', async () => {
    await using api = await serve((_, reply) => {
      reply.response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
    })
    const error = await failure(api.client.get(networkAttachmentDefinitions, { namespace: 'a', name: 'lan' }))
    assert.equal(error.id, 'kubernetes/not-found')
    assert.match(error.detail, /the server could not find the requested resource/)
  })

  it('get() fails with kubernetes/timeout when the answer does not come in time', async () => {
    await using api = await serve(() => undefined)
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web', timeoutMs: 30 }))
    assert.equal(error.id, 'kubernetes/timeout')
    assert.equal(error.transient, true)
    assert.match(error.message, /^Cannot get pod default\/web: http:.*: no answer within 30 ms; /)
    assert.match(
      error.detail,
      /^Get "http:\/\/127.0.0.1:\d+\/api\/v1\/namespaces\/default\/pods\/web": context deadline/,
    )
  })

  it('get() fails with kubernetes/timeout when the answer stops in the middle', async () => {
    await using api = await serve((_, reply) => void reply.response.writeHead(200).write('{"metadata"'))
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web', timeoutMs: 50 }))
    assert.equal(error.id, 'kubernetes/timeout')
  })

  it('get() fails with kubernetes/unreachable when nobody listens, in words that tools look for', async () => {
    const server = await ScriptedServer.start(() => undefined)
    await server[Symbol.asyncDispose]()
    await using client = new KubernetesClient({ server: server.url })
    const error = await failure(client.get(pods, { namespace: 'default', name: 'web' }))
    assert.equal(error.id, 'kubernetes/unreachable')
    assert.match(error.message, /: connection refused; look at the API server/)
    const peer = `127.0.0.1:${server.port}`
    assert.equal(
      error.detail,
      `Get "http://${peer}/api/v1/namespaces/default/pods/web": dial tcp ${peer}: connect: connection refused`,
    )
  })

  it('get() fails with kubernetes/unreachable when the connection breaks within the answer', async () => {
    await using api = await serve((_, reply) => {
      reply.response.writeHead(200, { 'content-length': '100' }).write('{"metadata"', () => reply.drop())
    })
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
    assert.equal(error.id, 'kubernetes/unreachable')
  })

  it('get() fails with kubernetes/bad-response when the answer is longer than the bound', async () => {
    await using api = await serve((_, reply) => reply.json(200, { filler: 'x'.repeat(5000) }), {
      maxObjectBytes: 1000,
    })
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
    assert.equal(error.id, 'kubernetes/bad-response')
    assert.match(error.message, /more than 1000 bytes/)
  })

  for (const [what, body] of [
    ['HTML', '<html>login</html>'],
    ['an array', '[]'],
    ['nothing', ''],
  ] as const) {
    it(`get() fails with kubernetes/bad-response when the answer is ${what}`, async () => {
      await using api = await serve((_, reply) => void reply.response.writeHead(200).end(body))
      const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
      assert.equal(error.id, 'kubernetes/bad-response')
    })
  }

  it('get() fails with the reason of its signal', async () => {
    const stop = new AbortController()
    await using api = await serve(() => stop.abort(new Error('the request was withdrawn')))
    const promise = api.client.get(pods, { namespace: 'default', name: 'web', signal: stop.signal })
    await assert.rejects(promise, { message: 'the request was withdrawn' })
    const late = api.client.get(pods, { namespace: 'default', name: 'web', signal: stop.signal })
    await assert.rejects(late, { message: 'the request was withdrawn' })
  })

  for (const name of ['', '.', '..', 'a/b', '%2e']) {
    it(`get() refuses the name "${name}" before it asks`, async () => {
      await using api = await serve((_, reply) => reply.json(200, pod))
      const error = await failure(api.client.get(pods, { namespace: 'default', name }))
      assert.equal(error.id, 'kubernetes/invalid')
      assert.deepEqual(api.server.requests, [])
    })
  }

  it('get() waits as long as the server asks when it has too many requests', async () => {
    let refused = 0
    await using api = await serve((_, reply) => {
      if (refused++ === 0) reply.fail(429, 'TooManyRequests', 'later', { 'retry-after': '0' })
      else reply.json(200, pod)
    })
    const got = await api.client.get(pods, { namespace: 'default', name: 'web' })
    assert.equal(got.metadata.name, 'web')
    assert.equal(api.server.requests.length, 2)
  })

  it('get() does not wait longer than its deadline for a busy server', async () => {
    await using api = await serve((_, reply) =>
      reply.fail(429, 'TooManyRequests', 'later', { 'retry-after': '60' }),
    )
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web', timeoutMs: 500 }))
    assert.equal(error.id, 'kubernetes/busy')
    assert.equal(error.retryAfterMs, 60_000)
    assert.equal(error.transient, true)
  })

  it('get() asks again on a new connection when the server had closed the idle one', async () => {
    let connections = 0
    await using api = await serve((_, reply) => {
      connections++
      // Closes the kept connection at the very moment that the second request arrives on it.
      if (connections === 2) reply.drop()
      else reply.json(200, pod)
    })
    await api.client.get(pods, { namespace: 'default', name: 'web' })
    const got = await api.client.get(pods, { namespace: 'default', name: 'web' })
    assert.equal(got.metadata.name, 'web')
  })

  it('create() refuses an object without namespace where its kind needs one', async () => {
    await using api = await serve((_, reply) => reply.json(201, pod))
    const error = await failure(api.client.create(pods, { metadata: { name: 'web' } }))
    assert.equal(error.id, 'kubernetes/invalid')
    await api.client.create(namespaces, { metadata: { name: 'a' } })
    assert.deepEqual(api.server.requests, ['POST /api/v1/namespaces'])
  })

  it('create() does not ask again when its connection broke: it may have been done', async () => {
    let requests = 0
    await using api = await serve((_, reply) => {
      requests++
      if (requests === 2) reply.drop()
      else reply.json(200, pod)
    })
    await api.client.get(pods, { namespace: 'default', name: 'web' })
    const error = await failure(api.client.create(pods, { metadata: { name: 'web', namespace: 'default' } }))
    assert.equal(errorIdOf(error), 'kubernetes/unreachable')
    assert.equal(requests, 2)
  })

  it('create(), update(), patch() and remove() send what the API expects', async () => {
    const seen: Pick<ScriptedRequest, 'body'>[] = []
    const types: (string | undefined)[] = []
    await using api = await serve((request, reply) => {
      seen.push({ body: request.body })
      types.push(request.headers['content-type'])
      reply.json(200, pod)
    })
    const { client } = api
    const ref = { namespace: 'default', name: 'web' }
    await client.create(pods, { metadata: { ...ref } })
    await client.update(pods, { metadata: { ...ref, resourceVersion: '7' } }, { subresource: 'status' })
    await client.patch(
      pods,
      ref,
      { metadata: { labels: { a: 'b' } } },
      { type: 'merge', subresource: 'status' },
    )
    await client.patch(pods, ref, [{ op: 'remove', path: '/metadata/labels/a' }], { type: 'json' })
    await client.patch(pods, ref, {}, { type: 'strategic', fieldManager: 'lab' })
    await client.patch(pods, ref, {}, { type: 'apply', force: true })
    await client.remove(pods, ref, { uid: 'u1', gracePeriodSeconds: 0 })
    assert.deepEqual(api.server.requests, [
      'POST /api/v1/namespaces/default/pods',
      'PUT /api/v1/namespaces/default/pods/web/status',
      'PATCH /api/v1/namespaces/default/pods/web/status',
      'PATCH /api/v1/namespaces/default/pods/web',
      'PATCH /api/v1/namespaces/default/pods/web?fieldManager=lab',
      'PATCH /api/v1/namespaces/default/pods/web?fieldManager=plait&force=true',
      'DELETE /api/v1/namespaces/default/pods/web',
    ])
    assert.deepEqual(types, [
      'application/json',
      'application/json',
      'application/merge-patch+json',
      'application/json-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
      'application/json',
    ])
    assert.deepEqual(seen[0]?.body, { metadata: ref, apiVersion: 'v1', kind: 'Pod' })
    assert.deepEqual(seen[6]?.body, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
      preconditions: { uid: 'u1' },
    })
  })

  it('keeps what it does not know of a generic object', async () => {
    await using api = await serve((_, reply) =>
      reply.json(200, { ...pod, spec: { ...pod.spec, future: [1] } }),
    )
    const got = await api.client.get(genericResource(pods), { namespace: 'default', name: 'web' })
    assert.deepEqual(got.content['spec'], { nodeName: 'n1', future: [1] })
  })

  it('asks under the path of the server address', async () => {
    await using server = await ScriptedServer.start((_, reply) => reply.json(200, pod))
    await using client = new KubernetesClient({ server: `${server.url}/k8s/clusters/c-1` })
    await client.get(pods, { namespace: 'default', name: 'web' })
    assert.deepEqual(server.requests, ['GET /k8s/clusters/c-1/api/v1/namespaces/default/pods/web'])
  })

  it('uses one connection for requests that follow one another', async () => {
    const ports = new Set<number | undefined>()
    await using api = await serve((_, reply) => {
      ports.add(reply.response.socket?.remotePort)
      reply.json(200, pod)
    })
    for (let count = 0; count < 5; count++) await api.client.get(pods, { namespace: 'default', name: 'web' })
    assert.equal(ports.size, 1)
  })

  it('ends all calls when it is disposed of, also those that wait for a connection', async () => {
    await using api = await serve(async () => new Promise<void>(() => undefined))
    const calls = Array.from({ length: 20 }, async () =>
      failure(api.client.get(pods, { namespace: 'default', name: 'web' })),
    )
    await waitFor(() => api.server.requests.length === 16, { timeoutMs: 5000, what: '16 requests' })
    await api.client[Symbol.asyncDispose]()
    const errors = await Promise.all(calls)
    assert.deepEqual([...new Set(errors.map(({ id }) => id))], ['kubernetes/unreachable'])
    assert.match(errors.at(-1)?.message ?? '', /: the client was closed;/)
    const { message } = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
    assert.match(message, /: the client was closed;/)
    assert.equal(api.server.requests.length, 16)
  })
})
