// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { createLog, silentLog, waitFor } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import { encodeFrame, frameType } from '../protocol/frames.ts'
import { encodeShimRequest } from '../protocol/request.ts'
import type { CniCall, HandleCall } from '../requests/cni-call.ts'
import { Dispatcher } from '../requests/dispatcher.ts'
import { acceptance } from './shim-session.ts'
import { SocketFile } from './socket-file.ts'
import { SocketServer } from './socket-server.ts'
import type { SocketServerOptions } from './socket-server.ts'

const upgrade =
  'GET /plait-shim HTTP/1.1\r\nHost: plait\r\nConnection: Upgrade\r\nUpgrade: plait-shim/1\r\n\r\n'
const stdin = Buffer.from('{"cniVersion":"1.0.0","name":"n"}')

function requestFrame(command = 'ADD'): Buffer {
  const environment = { CNI_COMMAND: command, CNI_CONTAINERID: 'c1' }
  return encodeFrame(frameType.request, encodeShimRequest({ program: 'multus-shim', environment, stdin }))
}

interface Started {
  readonly server: SocketServer
  readonly dispatcher: Dispatcher
  readonly directory: string
}

async function start(
  context: TestContext,
  handle: HandleCall,
  options: Partial<SocketServerOptions> = {},
): Promise<Started> {
  const temporary = mkdtempSync(join(tmpdir(), 'plait-server-'))
  context.after(() => rmSync(temporary, { recursive: true }))
  const { directory = join(temporary, 'run') } = options
  const dispatcher = new Dispatcher({ handle, log: silentLog })
  const readPeerUser = (): number | undefined => process.geteuid?.()
  const server = await SocketServer.start({ dispatcher, readPeerUser, log: silentLog, ...options, directory })
  context.after(() => server.close())
  return { server, dispatcher, directory }
}

async function readToEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

async function exchange(path: string, ...bytes: (string | Buffer)[]): Promise<string> {
  const socket = connect(path)
  for (const part of bytes) socket.write(part)
  return (await readToEnd(socket)).toString('latin1')
}

interface Answer {
  readonly status: number | undefined
  readonly body: string
}

async function ask(socketPath: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const asking = request({ socketPath, method, path })
  asking.end(body === undefined ? undefined : JSON.stringify(body))
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    asking.once('response', resolve)
    asking.once('error', reject)
  })
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk))
  return { status: response.statusCode, body: Buffer.concat(chunks).toString() }
}

const ok: HandleCall = () => Promise.resolve('{"cniVersion": "1.0.0"}')

describe('SocketServer.start()', () => {
  test('makes a directory and a socket for their owner only', async (context) => {
    const { server, directory } = await start(context, ok)
    assert.equal(lstatSync(directory).mode & 0o777, 0o700)
    assert.equal(lstatSync(server.path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(directory), ['multus.sock'])
  })

  test('refuses a directory where others may write, and leaves nothing in it', async (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'plait-server-'))
    context.after(() => rmSync(directory, { recursive: true }))
    chmodSync(directory, 0o1777)
    await assert.rejects(start(context, ok, { directory }), {
      id: 'daemon/socket-unsafe',
      message: `Cannot put the socket into ${directory}: its mode is 1777, so that others may write there; choose another "socketDir" or give it to root with mode 0700`,
    })
    assert.deepEqual(readdirSync(directory), [])
  })

  test('does not take the place of a file that is no socket', async (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'plait-server-'))
    context.after(() => rmSync(directory, { recursive: true }))
    writeFileSync(join(directory, 'multus.sock'), 'data')
    await assert.rejects(start(context, ok, { directory }), { id: 'daemon/socket-failed' })
  })

  test('listens no more when the socket cannot get its name', async (context) => {
    const directory = mkdtempSync(join(tmpdir(), 'plait-server-'))
    context.after(() => rmSync(directory, { recursive: true }))
    const server = createServer()
    server.once('listening', () => mkdirSync(join(directory, 'multus.sock')))
    await assert.rejects(SocketFile.listen(server, directory), { id: 'daemon/socket-failed' })
    assert.equal(server.listening, false)
    assert.deepEqual(readdirSync(directory), ['multus.sock'])
  })

  test('says that a path is too long', async (context) => {
    const directory = `/tmp/${'x'.repeat(100)}`
    await assert.rejects(start(context, ok, { directory }), { message: /at most 107 bytes/ })
    assert.equal(existsSync(directory), false)
  })

  test('takes the place of a daemon that runs, whose end then does not take its socket away', async (context) => {
    const first = await start(context, ok)
    const second = await start(context, ok, { directory: first.directory })
    await first.server.close()
    assert.equal((await ask(second.server.path, 'GET', '/healthz')).status, 200)
    await second.server.close()
    assert.deepEqual(readdirSync(first.directory), [])
  })
})

describe('a shim', () => {
  test('gets 101 and then one REPLY frame', async (context) => {
    const calls: CniCall[] = []
    const { server } = await start(context, (call) => {
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
    const { server } = await start(context, () => Promise.reject(new CniError(50, 'not yet')))
    const answer = await exchange(server.path, upgrade, requestFrame('STATUS'))
    assert.ok(answer.endsWith('\0\x01{\n    "code": 50,\n    "msg": "not yet"\n}'), answer)
  })

  test('gets the whole of a long answer although the daemon ends', async (context) => {
    const long = 'y'.repeat(2_000_000)
    const { promise, resolve } = Promise.withResolvers<string>()
    let runs = false
    const { server, dispatcher } = await start(context, () => {
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
    const { server, dispatcher } = await start(context, () => Promise.resolve('y'.repeat(2_000_000)))
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
    const { server, dispatcher } = await start(context, ok)
    await dispatcher.stop({ drainMs: 0, undoMs: 0 })
    assert.match(await exchange(server.path, upgrade, requestFrame()), /^HTTP\/1\.1 503 /)
  })

  test('of another protocol version is told which one is spoken', async (context) => {
    const { server } = await start(context, ok)
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
      const { server } = await start(context, ok, { log })
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

  test('that sends half a request and nothing more is dropped', async (context) => {
    const { server } = await start(context, ok, { limits: { requestMs: 20 } })
    assert.equal(await exchange(server.path, upgrade, requestFrame().subarray(0, 20)), acceptance)
  })

  test('that is killed has its ADD given up', async (context) => {
    let seen: AbortSignal | undefined
    const { server } = await start(context, (_call, { signal }) => {
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
    const { server } = await start(context, ok, { readPeerUser: () => 4711 })
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

describe("upstream's HTTP", () => {
  const env = {
    CNI_COMMAND: 'ADD',
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: '/run/netns/pod1',
    CNI_ARGS: 'K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
  }
  const config = stdin.toString('base64')
  const head =
    'ContainerID:"c1" Netns:"/run/netns/pod1" IfName:"eth0" Args:"K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1" Path:"" ERRORED: '

  test('has health and readiness, which differ once the daemon stops', async (context) => {
    const { server, dispatcher } = await start(context, ok)
    const look = async (): Promise<Answer[]> => [
      await ask(server.path, 'GET', '/healthz'),
      await ask(server.path, 'POST', '/readyz', null),
    ]
    const empty = { status: 200, body: '' }
    assert.deepEqual(await look(), [empty, empty])
    await dispatcher.stop({ drainMs: 0, undoMs: 0 })
    assert.deepEqual(await look(), [empty, { status: 500, body: '' }])
  })

  test('answers 404 to what is no path', async (context) => {
    const { server } = await start(context, ok)
    assert.match(await exchange(server.path, 'GET //[ HTTP/1.1\r\nHost: plait\r\n\r\n'), /^HTTP\/1\.1 404 /)
  })

  test('answers 404 to other paths and 405 to other methods', async (context) => {
    const { server } = await start(context, ok)
    assert.deepEqual(await ask(server.path, 'GET', '/nope'), { status: 404, body: '' })
    assert.deepEqual(await ask(server.path, 'GET', '/cni'), { status: 405, body: 'Method not allowed\n' })
  })

  test('answers ADD with the result in the newest version', async (context) => {
    const printed = '{"cniVersion":"0.3.1","ips":[{"version":"4","address":"10.0.0.2/24"}],"dns":{}}'
    const { server } = await start(context, () => Promise.resolve(printed))
    const { status, body } = await ask(server.path, 'POST', '/cni', { env, config })
    assert.equal(status, 200)
    assert.deepEqual(JSON.parse(body), { Result: { cniVersion: '1.1.0', ips: [{ address: '10.0.0.2/24' }] } })
  })

  test('answers everything but ADD with nothing', async (context) => {
    const { server } = await start(context, () => Promise.resolve(''))
    const sent = { env: { ...env, CNI_COMMAND: 'DEL' }, config }
    assert.deepEqual(await ask(server.path, 'POST', '/cni', sent), { status: 200, body: '' })
  })

  test('gives an error as text around it, and one with a code of its own as JSON', async (context) => {
    const errors = [new Error('boom'), new CniError(11, 'later', { details: 'soon' })]
    const { server } = await start(context, () => Promise.reject(errors.shift()))
    assert.deepEqual(await ask(server.path, 'POST', '/cni', { env, config }), {
      status: 400,
      body: `${head}error configuring pod [default/pod1] networking: boom\n`,
    })
    assert.deepEqual(await ask(server.path, 'POST', '/cni', { env, config }), {
      status: 400,
      body: '{"code":11,"msg":"later","details":"soon"}',
    })
  })

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a string', 'x', 'json: cannot unmarshal string into Go value of type api.Request'],
    [
      'no command',
      { env: {}, config },
      'could not extract the CNI command args: unexpected or missing CNI_COMMAND',
    ],
    [
      'no container',
      { env: { CNI_COMMAND: 'DEL' }, config },
      'could not extract the CNI command args: missing CNI_CONTAINERID',
    ],
    [
      'a pair without a value in CNI_ARGS',
      { env: { ...env, CNI_ARGS: 'a' }, config },
      "could not extract the kubernetes runtime args: invalid CNI_ARG 'a'",
    ],
    [
      'no pod',
      { env: { ...env, CNI_ARGS: 'K8S_POD_NAMESPACE=x' }, config },
      'could not extract the kubernetes runtime args: missing K8S_POD_NAME',
    ],
    [
      'an empty pod name',
      { env: { ...env, CNI_ARGS: 'K8S_POD_NAMESPACE=x;K8S_POD_NAME=' }, config },
      'required CNI variable missing. pod name: ; pod namespace: x',
    ],
    ['an unknown command', { env: { ...env, CNI_COMMAND: 'FLY' }, config }, `${head}unknown cmd type: FLY`],
    ['a configuration that is no base64', { env, config: '?' }, 'illegal base64 data'],
    [
      'a number in env',
      { env: { CNI_COMMAND: 1 }, config },
      'json: cannot unmarshal number into Go struct field Request.env of type string',
    ],
  ]
  for (const [what, body, text] of refused) {
    test(`refuses ${what} with upstream's text`, async (context) => {
      const { server } = await start(context, ok)
      assert.deepEqual(await ask(server.path, 'POST', '/cni', body), { status: 400, body: `${text}\n` })
    })
  }

  test('refuses a body that is too large without keeping it', async (context) => {
    const { server } = await start(context, ok)
    const answer = await ask(server.path, 'POST', '/cni', 'x'.repeat(17 << 20)).catch(() => undefined)
    assert.ok(answer === undefined || answer.status === 413)
  })

  test('lets an ADD go whose caller closes the connection', async (context) => {
    let seen: AbortSignal | undefined
    const { server } = await start(context, (_call, { signal }) => {
      seen = signal
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    })
    const asking = request({ socketPath: server.path, method: 'POST', path: '/cni' })
    asking.on('error', () => undefined)
    asking.end(JSON.stringify({ env, config }))
    await waitFor(() => seen, { timeoutMs: 5000, what: 'the request' })
    asking.destroy()
    await waitFor(() => seen?.aborted, { timeoutMs: 5000, what: 'the end of the request' })
  })
})
