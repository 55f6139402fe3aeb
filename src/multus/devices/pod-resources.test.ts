// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { field, respond, serveGrpc } from '../fakes/fake-grpc-server.ts'
import { listPodResources } from './pod-resources.ts'

const pod = { namespace: 'default', name: 'web', uid: 'u1' }

const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields)
const device = (resource: string, ...ids: string[]): Buffer =>
  field(2, message(field(1, resource), ...ids.map((id) => field(2, id)), Buffer.from([0x18, 0x05])))
const podOf = (name: string, namespace: string, ...containers: Buffer[]): Buffer =>
  field(
    1,
    message(field(1, name), field(2, namespace), ...containers.map((container) => field(3, container))),
  )

describe('listPodResources()', () => {
  test('gives the devices of the pod by resource, over all containers (DEV-2)', async (t) => {
    const answer = message(
      podOf('web', 'other', message(field(1, 'c'), device('a/nic', 'not-ours'))),
      podOf(
        'web',
        'default',
        message(field(1, 'c1'), device('a/nic', 'dev1', 'dev0')),
        message(device('a/nic', 'dev2'), device('b/gpu', 'gpu0')),
      ),
    )
    const { socket, asked } = await serveGrpc(t, (stream) => respond(stream, answer))
    assert.deepEqual(
      await listPodResources(socket, pod),
      new Map([
        ['a/nic', ['dev1', 'dev0', 'dev2']],
        ['b/gpu', ['gpu0']],
      ]),
    )
    assert.deepEqual(
      asked.map((headers) => [headers[':method'], headers[':path'], headers['content-type']]),
      [['POST', '/v1.PodResourcesLister/List', 'application/grpc']],
    )
  })

  test('gives nothing for a pod that has no devices', async (t) => {
    const { socket } = await serveGrpc(t, (stream) => respond(stream, Buffer.alloc(0)))
    assert.deepEqual(await listPodResources(socket, pod), new Map())
  })

  test('reports what the kubelet answers instead', async (t) => {
    const trailers = { 'grpc-status': '12', 'grpc-message': 'unknown service' }
    const { socket } = await serveGrpc(t, (stream) => respond(stream, Buffer.alloc(0), trailers))
    const error = await listPodResources(socket, pod).catch((reason: unknown) => reason)
    assert.ok(error instanceof Error)
    assert.equal(error.message, `Cannot ask the kubelet at ${socket} for the devices of pods`)
    assert.match(String(error.cause), /gRPC status 12: unknown service/)
  })

  test('reports an answer that is no protobuf, and a socket that nobody listens on', async (t) => {
    const { socket } = await serveGrpc(t, (stream) => respond(stream, Buffer.from([0x0a, 0x7f, 0x01])))
    await assert.rejects(listPodResources(socket, pod), /Cannot read protobuf message/)
    await assert.rejects(listPodResources('/nonexistent/kubelet.sock', pod), { id: 'multus/device-failed' })
  })

  test('asks for no pod without a name', async () => {
    await assert.rejects(listPodResources('/nonexistent', { ...pod, name: '' }), {
      message: 'GetPodResourceMap: Pod name or namespace cannot be empty',
    })
  })
})
