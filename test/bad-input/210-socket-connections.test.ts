// SPDX-License-Identifier: Apache-2.0

// Callers of the socket that are idle, slow, half gone or too talkative, and the others beside them.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { checkLeaks, skip as noNamespaces } from '../netns/fixture.ts'
import { startDaemon } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { sendBytes, shimCall } from './socket-calls.ts'
import { attachAndDetach, descriptorCount, residentMegabytes } from './socket-node.ts'

checkLeaks()

const post = 'POST /cni HTTP/1.1\r\nHost: dummy\r\n'
const wholeCall = shimCall({
  environment: { CNI_COMMAND: 'STATUS', CNI_PATH: '/nowhere' },
  stdin: '{"name":"n"}',
})

/** Opens connections that each begin with these bytes, and stay open until the test ends. */
async function openMany(
  t: TestContext,
  { socketPath: path }: RealDaemon,
  count: number,
  bytes?: string | Buffer,
): Promise<Socket[]> {
  const sockets: Socket[] = []
  t.after(() => sockets.forEach((socket) => socket.destroy()))
  for (let left = count; left > 0; left--) {
    const socket = connect({ path, allowHalfOpen: true })
    sockets.push(socket)
    await once(socket, 'connect')
    socket.on('error', () => undefined) // The daemon may close at any time.
    if (bytes !== undefined) socket.write(bytes)
  }
  return sockets
}

const slowMs = 3000

describe('a daemon', { skip: noNamespaces }, () => {
  const nuisances: readonly (readonly [string, (t: TestContext, daemon: RealDaemon) => Promise<Socket[]>])[] =
    [
      ['that 1,000 idle connections are open to', (t, daemon) => openMany(t, daemon, 1000)],
      [
        'that 200 callers have sent half a head to',
        (t, daemon) => openMany(t, daemon, 200, 'GET /plait-shim HTTP/1.1\r\nHost: pl'),
      ],
      [
        'that 200 shims have sent half a request to',
        (t, daemon) => openMany(t, daemon, 200, wholeCall.subarray(0, -5)),
      ],
      [
        'that 200 callers send a body to, one byte at a time',
        async (t, daemon) => {
          const sockets = await openMany(t, daemon, 200, `${post}Content-Length: 1000\r\n\r\n`)
          const timer = setInterval(() => sockets.forEach((socket) => socket.write(' ')), 50)
          t.after(() => clearInterval(timer))
          return sockets
        },
      ],
      [
        'that 200 callers have shut their half to, in the middle of a body',
        async (t, daemon) => {
          const sockets = await openMany(t, daemon, 200, `${post}Content-Length: 1000\r\n\r\n{`)
          for (const socket of sockets) socket.end()
          return sockets
        },
      ],
      ['whose answer 200 shims do not read', (t, daemon) => openMany(t, daemon, 200, wholeCall)],
    ]
  for (const [what, make] of nuisances) {
    test(`${what} attaches pods as before, and has nothing left when they are gone`, async (t) => {
      const daemon = await startDaemon(t, { logLevel: 'panic' })
      await attachAndDetach(t, daemon)
      const descriptors = descriptorCount(daemon)
      const sockets = await make(t, daemon)
      assert.ok((await attachAndDetach(t, daemon)) < slowMs)
      for (const socket of sockets) socket.destroy()
      const isBack = (): boolean => descriptorCount(daemon) <= descriptors
      await waitFor(isBack, { timeoutMs: 10_000, what: 'the descriptors to be closed' })
    })
  }

  test('that 40 callers send 12 MB each to holds only some of it, and attaches pods as before', async (t) => {
    const daemon = await startDaemon(t, { logLevel: 'panic' })
    await attachAndDetach(t, daemon)
    const memory = residentMegabytes(daemon)
    const part = Buffer.alloc(12 << 20, ' ')
    const head = `${post}Content-Length: ${part.length + 1}\r\n\r\n`
    const sockets = await openMany(t, daemon, 40, head)
    for (const socket of sockets) socket.write(part)
    assert.ok((await attachAndDetach(t, daemon)) < slowMs)
    const grown = residentMegabytes(daemon) - memory
    assert.ok(grown < 150, `it holds ${grown} MB more`)
  })

  test('answers a body that is too large before it has come', async (t) => {
    const daemon = await startDaemon(t, { logLevel: 'panic' })
    const bytes = Buffer.from(`${post}Content-Length: 99999999999\r\n\r\n{`)
    const { answer } = await sendBytes(daemon.socketPath, bytes, { halfCloseMs: 5000, timeoutMs: 5000 })
    assert.match(answer.toString(), /^HTTP\/1\.1 413 /)
    await attachAndDetach(t, daemon)
  })
})
