// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { text } from 'node:stream/consumers'
import { waitFor } from '../../../base/index.ts'
import type { PodExecRequest } from '../hooks.ts'
import { EmbeddedApiServer } from '../server.ts'
import { pod } from '../test-cluster.ts'

interface Session {
  readonly socket: WebSocket
  /** What came on each channel, as text. */
  readonly received: ReadonlyMap<number, string>
  readonly closed: Promise<number>
}

/** Node's own client for WebSockets is the witness. */
async function open(
  server: EmbeddedApiServer,
  query: string,
  protocol = 'v5.channel.k8s.io',
): Promise<Session> {
  const url = `${server.url.replace('http', 'ws')}/api/v1/namespaces/default/pods/a/exec?${query}`
  const socket = new WebSocket(url, protocol)
  socket.binaryType = 'arraybuffer'
  const received = new Map<number, string>()
  socket.onmessage = (event) => {
    const data: unknown = event.data
    if (!(data instanceof ArrayBuffer)) return
    const bytes = Buffer.from(data)
    const channel = bytes[0] ?? -1
    received.set(channel, (received.get(channel) ?? '') + bytes.subarray(1).toString())
  }
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code)
  })
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('the WebSocket was refused'))
  })
  return { socket, received, closed }
}

async function serve(exec: (request: PodExecRequest) => Promise<number>): Promise<EmbeddedApiServer> {
  const server = await EmbeddedApiServer.start({ hooks: { exec } })
  server.apply([pod('a')])
  return server
}

describe('exec over a WebSocket', () => {
  test('tells the hook what to run, and the client how it ended', async () => {
    await using server = await serve(async ({ command, container, tty, stdin, stdout, stderr }) => {
      stdout.write(`${command.join(' ')} in ${container}`)
      stderr.write(`tty ${String(tty)}, stdin ${String(stdin !== undefined)}`)
      return 0
    })
    const { received, closed, socket } = await open(server, 'command=ls&command=-l&stdout=true&stderr=true')
    assert.equal(socket.protocol, 'v5.channel.k8s.io')
    assert.equal(await closed, 1000)
    assert.deepEqual([received.get(1), received.get(2)], ['ls -l in main', 'tty false, stdin false'])
    assert.deepEqual(JSON.parse(received.get(3) ?? ''), { metadata: {}, status: 'Success' })
  })

  test('passes input on, and its end', async () => {
    await using server = await serve(async ({ stdin, stdout }) => {
      stdout.write(`got ${stdin === undefined ? '' : await text(stdin)}`)
      return 0
    })
    const { socket, received, closed } = await open(server, 'command=cat&stdin=true')
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from('hello')]))
    socket.send(Buffer.of(255, 0))
    await closed
    assert.equal(received.get(1), 'got hello')
  })

  test('tells an exit code, and a failure to run at all', async () => {
    await using failing = await serve(async () => 3)
    const first = await open(failing, 'command=false')
    await first.closed
    assert.partialDeepStrictEqual(JSON.parse(first.received.get(3) ?? ''), {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    })
    await using broken = await serve(async () => Promise.reject(new Error('no such program')))
    const second = await open(broken, 'command=x', 'v4.channel.k8s.io')
    await second.closed
    assert.partialDeepStrictEqual(JSON.parse(second.received.get(3) ?? ''), {
      reason: 'InternalError',
      message: 'no such program',
    })
  })

  test('tells the hook when the client is gone, and the size of its terminal before', async () => {
    const seen: string[] = []
    await using server = await serve(
      async ({ signal, onResize }) =>
        new Promise((resolve) => {
          onResize(({ columns, rows }) => seen.push(`${columns}x${rows}`))
          signal.addEventListener('abort', () => {
            seen.push('gone')
            resolve(137)
          })
        }),
    )
    const { socket } = await open(server, 'command=sleep&tty=true')
    socket.send(Buffer.concat([Buffer.of(4), Buffer.from('{"Width":80,"Height":24}')]))
    await waitFor(() => seen.length === 1, { timeoutMs: 5000, what: 'the size of the terminal' })
    socket.close()
    await waitFor(() => seen.length === 2, { timeoutMs: 5000, what: 'the hook to be told' })
    assert.deepEqual(seen, ['80x24', 'gone'])
  })

  test('is refused for another protocol, another pod, or without a change of protocol', async () => {
    await using server = await serve(async () => 0)
    await assert.rejects(open(server, 'command=x', 'chat'), /was refused/)
    await assert.rejects(open(server, 'command=x&container=ghost'), /was refused/)
    const plain = await fetch(`${server.url}/api/v1/namespaces/default/pods/a/exec?command=x`, {
      method: 'POST',
    })
    assert.match(await plain.text(), /Upgrade request required/)
  })
})
