// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { field, respond, serveGrpc } from '../fakes/fake-grpc-server.ts'
import { fakeKernel } from '../fakes/fake-pod-namespace.ts'
import { podTiming } from '../pod/pod.ts'
import type { K8sArgs } from '../request/k8s-args.ts'
import { judge, PodWitness } from './evidence.ts'
import { listRuntimeSandboxes } from './runtime-sandboxes.ts'

describe('listRuntimeSandboxes()', () => {
  test('gives the ids that the runtime knows', async (t) => {
    const { socket, asked } = await serveGrpc(t, (stream) => {
      // Beside its id a sandbox has metadata and a state.
      const sandbox = (id: string): Buffer =>
        field(1, Buffer.concat([field(1, id), field(2, field(1, 'web')), Buffer.from([0x18, 0x01])]))
      respond(stream, Buffer.concat([sandbox('a1'), sandbox('b2')]))
    })
    assert.deepEqual([...(await listRuntimeSandboxes(socket))], ['a1', 'b2'])
    assert.deepEqual(
      asked.map((headers) => headers[':path']),
      ['/runtime.v1.RuntimeService/ListPodSandbox'],
    )
  })

  test('fails where there is no runtime, or it will not say', async (t) => {
    const { socket } = await serveGrpc(t, (stream) =>
      stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true }),
    )
    for (const path of [socket, '/run/no-such/cri.sock'])
      await assert.rejects(listRuntimeSandboxes(path), { id: 'multus/runtime-unreachable' })
  })
})

const pod = { namespace: 'default', name: 'web', infraContainerId: 'a1', uid: 'uid-1' }

/** How a sandbox fares, without namespace, on a node whose runtime knows these. */
async function judged(known: readonly string[], of: { pod: K8sArgs | undefined } = { pod }): Promise<string> {
  const services = { kernel: fakeKernel(new Map()), gcGraceMs: 0, cluster: undefined, podTiming }
  const record = { containerId: 'a1', writtenMs: 0, netns: ['/run/netns/a'], ifName: 'eth0', args: '' }
  return judge(
    { ...record, ...of, attachments: [] },
    {
      services,
      boot: { id: 'b', startedMs: 0 },
      records: [],
      recent: new Set(),
      pods: new PodWitness(services, AbortSignal.timeout(1000)),
      runtime: new Set(known),
    },
  )
}

describe('a sandbox without namespace', () => {
  test('is gone when the runtime does not know it, and left to the runtime when it does', async () => {
    assert.equal(await judged(['b2']), 'gone')
    assert.equal(await judged(['a1', 'b2']), 'unsure')
  })

  test('may be alive when the runtime knows none at all: it is not the one of the kubelet', async () => {
    assert.equal(await judged([]), 'unsure')
  })

  test('may be alive when it is of no pod: the runtime tells of those of pods only', async () => {
    assert.equal(await judged(['b2'], { pod: undefined }), 'unsure')
  })
})
