// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http2'
import type { ServerHttp2Stream } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { listPodResources } from './pod-resources.ts'

const pod = { namespace: 'default', name: 'web', uid: 'u1' }

/** A protobuf field of bytes; several make a message. */
const field = (number: number, value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
}
const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields)
const device = (resource: string, ...ids: string[]): Buffer =>
  field(2, message(field(1, resource), ...ids.map((id) => field(2, id)), Buffer.from([0x18, 0x05])))
const podOf = (name: string, namespace: string, ...containers: Buffer[]): Buffer =>
  field(
    1,
    message(field(1, name), field(2, namespace), ...containers.map((container) => field(3, container))),
  )

/** A kubelet that answers every call in this way, and what it was asked. */
async function kubelet(t: TestContext, answer: (stream: ServerHttp2Stream) => void) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-kubelet-'))
  const socket = join(directory, 'kubelet.sock')
  const asked: string[] = []
  const server = createServer()
  server.on('stream', (stream, headers) => {
    asked.push(`${headers[':method']} ${headers[':path']} ${headers['content-type']}`)
    answer(stream)
  })
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve)
  })
  t.after(() => {
    server.close()
    rmSync(directory, { recursive: true })
  })
  return { socket, asked }
}

function respond(
  stream: ServerHttp2Stream,
  body: Buffer,
  trailers: Record<string, string> = { 'grpc-status': '0' },
) {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(body.length, 1)
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers(trailers))
  stream.end(Buffer.concat([header, body]))
}

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
    const { socket, asked } = await kubelet(t, (stream) => respond(stream, answer))
    assert.deepEqual(
      await listPodResources(socket, pod),
      new Map([
        ['a/nic', ['dev1', 'dev0', 'dev2']],
        ['b/gpu', ['gpu0']],
      ]),
    )
    assert.deepEqual(asked, ['POST /v1.PodResourcesLister/List application/grpc'])
  })

  test('gives nothing for a pod that has no devices', async (t) => {
    const { socket } = await kubelet(t, (stream) => respond(stream, Buffer.alloc(0)))
    assert.deepEqual(await listPodResources(socket, pod), new Map())
  })

  test('reports what the kubelet answers instead', async (t) => {
    const trailers = { 'grpc-status': '12', 'grpc-message': 'unknown service' }
    const { socket } = await kubelet(t, (stream) => respond(stream, Buffer.alloc(0), trailers))
    const error = await listPodResources(socket, pod).catch((reason: unknown) => reason)
    assert.ok(error instanceof Error)
    assert.match(error.message, /^Cannot ask the kubelet at .*kubelet\.sock for the devices of pods$/)
    assert.match(String(error.cause), /gRPC status 12: unknown service/)
  })

  test('reports an answer that is no protobuf, and a socket that nobody listens on', async (t) => {
    const { socket } = await kubelet(t, (stream) => respond(stream, Buffer.from([0x0a, 0x7f, 0x01])))
    await assert.rejects(listPodResources(socket, pod), /Cannot read protobuf message/)
    await assert.rejects(listPodResources('/nonexistent/kubelet.sock', pod), { id: 'multus/device-failed' })
  })

  test('asks for no pod without a name', async () => {
    await assert.rejects(listPodResources('/nonexistent', { ...pod, name: '' }), {
      message: 'GetPodResourceMap: Pod name or namespace cannot be empty',
    })
  })
})
