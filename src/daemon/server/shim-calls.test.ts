// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { createLog, waitFor } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import type { ProcessRequest } from '../../cni/index.ts'
import { LiveHosts } from '../host/live-hosts.ts'
import { encodeField, encodeNumber } from '../protocol/fields.ts'
import { encodeFrame, FrameReader, frameType } from '../protocol/frames.ts'
import type { CniCall, HandleCall } from '../requests/cni-call.ts'
import { exchange, ok, requestFrame, startServer, stdin, upgrade } from './fakes/started-server.ts'
import { acceptance } from './shim-session.ts'

const aProgram: ProcessRequest = {
  file: '/b/x',
  env: {},
  input: '',
  limits: { timeoutMs: 60_000, maxStdoutBytes: 1 << 20, maxStderrBytes: 100 },
}

/** An EXEC_RESULT frame. */
function ended(id: number, stdout: string): Buffer {
  const payload = Buffer.concat([encodeNumber(id), Buffer.alloc(4), encodeField(stdout), encodeField('')])
  return encodeFrame(frameType.execResult, payload)
}

/** A shim that answers each EXEC frame; `answer` is what its REPLY holds. */
function playShim(
  context: TestContext,
  path: string,
  command: string,
  answerExec: (id: number) => Buffer | undefined,
): { socket: Socket; answer: Promise<Buffer> } {
  const socket = connect(path)
  context.after(() => socket.destroy())
  const { promise: answer, resolve, reject } = Promise.withResolvers<Buffer>()
  const reader = new FrameReader()
  let isHead = true
  socket.on('data', (chunk: Buffer) => {
    const bytes = isHead ? chunk.subarray(acceptance.length) : chunk
    isHead = false
    for (const { type, payload } of reader.push(bytes)) {
      if (type === frameType.reply) resolve(payload)
      else socket.write(answerExec(payload.readUInt32LE()) ?? Buffer.alloc(0))
    }
  })
  socket.once('close', () => reject(new Error('closed without an answer')))
  socket.write(upgrade)
  socket.write(requestFrame(command))
  return { socket, answer }
}

describe('a shim', () => {
  test('gets 101 and then one REPLY frame', async (context) => {
    const calls: CniCall[] = []
    const { server } = await startServer(context, (call) => {
      calls.push(call)
      return Promise.resolve('{}')
    })
    const answer = await exchange(server.path, upgrade, requestFrame())
    assert.equal(answer, `${acceptance}\x04\x03\0\0\0\0{}`)
    assert.equal(calls[0]?.program, 'multus-shim')
    assert.deepEqual(calls[0]?.stdin, stdin)
    assert.deepEqual(calls[0]?.environment, { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'c1' })
  })

  test('gets an error as JSON with its code, and exit code 1', async (context) => {
    const { server } = await startServer(context, () => Promise.reject(new CniError(50, 'not yet')))
    const answer = await exchange(server.path, upgrade, requestFrame('STATUS'))
    assert.ok(answer.endsWith('\0\x01{\n    "code": 50,\n    "msg": "not yet"\n}'), answer)
  })

  test('gets the whole of a long answer although the daemon ends', async (context) => {
    const long = 'y'.repeat(2_000_000)
    const { promise, resolve } = Promise.withResolvers<string>()
    let runs = false
    const { server, dispatcher } = await startServer(context, () => {
      runs = true
      return promise
    })
    const answer = exchange(server.path, upgrade, requestFrame())
    await waitFor(() => runs, { timeoutMs: 5000, what: 'the request' })
    const stopped = dispatcher.stop({ drainMs: 5000, undoMs: 0 }).then(async () => server.close())
    resolve(long)
    await stopped
    assert.ok((await answer).endsWith(long))
  })

  test('that does not read its answer does not hold up the end of the daemon', async (context) => {
    const { server, dispatcher } = await startServer(context, () => Promise.resolve('y'.repeat(2_000_000)))
    const socket = connect(server.path)
    context.after(() => socket.destroy())
    socket.write(upgrade)
    socket.write(requestFrame())
    await new Promise((resolve) => socket.once('readable', resolve))
    await dispatcher.stop({ drainMs: 5000, undoMs: 0 })
    await server.close()
    assert.equal(existsSync(server.path), false)
  })

  test('is told 503 while the daemon stops', async (context) => {
    const { server, dispatcher } = await startServer(context, ok)
    await dispatcher.stop({ drainMs: 0, undoMs: 0 })
    assert.match(await exchange(server.path, upgrade, requestFrame()), /^HTTP\/1\.1 503 /)
  })

  test('that was let in before a stop began is answered, although its request came later', async (context) => {
    const { server, dispatcher } = await startServer(context, ok)
    const socket = connect(server.path)
    socket.write(upgrade)
    await once(socket, 'data')
    await dispatcher.stop({ drainMs: 0, undoMs: 0 })
    socket.write(requestFrame())
    const [answer] = await once(socket, 'data')
    assert.match(String(answer), /"cniVersion": "1\.0\.0"/)
    socket.destroy()
  })

  test('of another protocol version is told which one is spoken', async (context) => {
    const { server } = await startServer(context, ok)
    const answer = await exchange(server.path, upgrade.replace('shim/1', 'shim/9'))
    assert.match(answer, /^HTTP\/1\.1 426 .*\r\nUpgrade: plait-shim\/1\r\n/)
  })

  const wrong: readonly (readonly [string, Buffer])[] = [
    ['sends no frame but text', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['sends a frame of 4 GiB', Buffer.from('01ffffffff', 'hex')],
    ['sends a REPLY', encodeFrame(frameType.reply, Buffer.from('x'))],
    ['sends two requests', Buffer.concat([requestFrame(), requestFrame()])],
    ['sends a request that cannot be decoded', encodeFrame(frameType.request, Buffer.from('xyz'))],
  ]
  for (const [what, bytes] of wrong) {
    test(`that ${what} is dropped with one line in the log`, async (context) => {
      const lines: string[] = []
      const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
      const { server } = await startServer(context, ok, { log })
      const socket = connect(server.path)
      socket.on('error', () => undefined)
      socket.resume()
      socket.write(upgrade)
      socket.write(bytes)
      await new Promise((resolve) => socket.once('close', resolve))
      assert.equal(lines.length, 1)
      assert.match(lines[0] ?? '', /"id":"daemon\/protocol-violated".*"msg":"shim dropped"/)
    })
  }

  test('whose request finds no room beside the others is told to try again, and it is not acted on', async (context) => {
    let runs = 0
    const handle: HandleCall = async () => `${++runs}`
    const { server } = await startServer(context, handle, { limits: { bytes: 50 } })
    const answer = await exchange(server.path, Buffer.concat([Buffer.from(upgrade), requestFrame()]))
    assert.match(answer, /^HTTP\/1\.1 503 /)
    assert.equal(runs, 0)
  })

  test('that was accepted and then finds no room is dropped with one line in the log', async (context) => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    let runs = 0
    const handle: HandleCall = async () => `${++runs}`
    const { server } = await startServer(context, handle, { log, limits: { bytes: 50 } })
    const socket = connect(server.path)
    socket.write(upgrade)
    await once(socket, 'data')
    socket.write(requestFrame())
    socket.resume()
    await once(socket, 'close')
    assert.deepEqual([lines.length, runs], [1, 0])
    assert.match(lines[0] ?? '', /too many large requests are under way/)
  })

  test('may bring more bytes of results in one call than there is room for requests', async (context) => {
    const limits = { bytes: 1000, resultBytes: 3000 }
    const size = 2000
    const handle: HandleCall = async ({ host }) => {
      let sum = 0
      for (let index = 0; index < 5; index++) sum += (await host?.run(aProgram))?.stdout.length ?? 0
      return String(sum)
    }
    const { server } = await startServer(context, handle, { limits })
    const { answer } = playShim(context, server.path, 'ADD', (id) => ended(id, 'x'.repeat(size)))
    assert.equal((await answer).subarray(1).toString(), String(5 * size))
  })

  test('that brings half a result which finds no room is dropped', async (context) => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    const handle: HandleCall = async ({ host }) => (await host?.run(aProgram))?.stdout ?? ''
    const { server } = await startServer(context, handle, { log, limits: { resultBytes: 100 } })
    const half = (id: number): Buffer => ended(id, 'x'.repeat(500)).subarray(0, 300)
    const { socket, answer } = playShim(context, server.path, 'DEL', half)
    answer.catch(() => undefined)
    await once(socket, 'close')
    assert.match(lines.join(''), /too many large requests are under way/)
  })

  for (const [what, limits] of [
    ['for a bounded time', { lendMs: 50 }],
    ['no longer than it waits for its own answer', { stayMs: 50 }],
  ] as const) {
    test(`is lent ${what}, after which those who borrowed it learn so at once`, async (context) => {
      const hosts = new LiveHosts()
      const borrowed = Promise.withResolvers<unknown>()
      const handle: HandleCall = async () => {
        hosts.of().run(aProgram).then(borrowed.reject, borrowed.resolve)
        return 'done'
      }
      const { server } = await startServer(context, handle, { hosts, limits })
      const { answer } = playShim(context, server.path, 'STATUS', () => undefined)
      assert.equal((await answer).subarray(1).toString(), 'done')
      const error = await borrowed.promise
      assert.match(String(error), /the shim that did it has ended/)
    })
  }

  test('that sends half a request and nothing more is dropped', async (context) => {
    const { server } = await startServer(context, ok, { limits: { requestMs: 20 } })
    assert.equal(await exchange(server.path, upgrade, requestFrame().subarray(0, 20)), acceptance)
  })

  test('that has gone before it could be accepted is not acted on', async (context) => {
    let text = ''
    const log = createLog({ level: 'warn', destination: { write: (line: string) => void (text += line) } })
    const seen: CniCall[] = []
    const handle: HandleCall = async (call) => (seen.push(call), '')
    const { server } = await startServer(context, handle, { log })
    const bytes = Buffer.concat([Buffer.from(upgrade), requestFrame('DEL')]).toString('base64')
    const program = `const socket = require('net').connect(process.argv[1])
      socket.write(Buffer.from(process.argv[2], 'base64'), () => socket.destroy())`
    // Nobody accepts it meanwhile: this process waits.
    assert.equal(spawnSync(process.execPath, ['-e', program, server.path, bytes]).status, 0)
    await waitFor(() => text.includes('it has given up before it was accepted'), {
      timeoutMs: 5000,
      what: 'the line',
    })
    await exchange(server.path, upgrade, requestFrame('STATUS'))
    assert.deepEqual(
      seen.map(({ environment }) => environment.CNI_COMMAND),
      ['STATUS'],
    )
  })

  test('that is killed has its ADD given up', async (context) => {
    let seen: AbortSignal | undefined
    const { server } = await startServer(context, (_call, { signal }) => {
      seen = signal
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    })
    const socket = connect(server.path)
    socket.write(upgrade)
    socket.write(requestFrame())
    await waitFor(() => seen, { timeoutMs: 5000, what: 'the request' })
    socket.destroy()
    await waitFor(() => seen?.aborted, { timeoutMs: 5000, what: 'the end of the request' })
    assert.match(String(seen?.reason), /the runtime has ended the shim/)
  })

  test('of another user is refused', async (context) => {
    const { server } = await startServer(context, ok, { readPeerUser: () => 4711 })
    const socket = connect(server.path)
    socket.on('error', () => undefined)
    socket.write(upgrade)
    socket.write(requestFrame())
    const received: Buffer[] = []
    socket.on('data', (chunk) => received.push(chunk))
    await new Promise((resolve) => socket.once('close', resolve))
    assert.deepEqual(received, [])
  })
})
