// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { isJsonObject, parseJson } from '../../base/index.ts'
import { channel, channelProtocol } from './channels.ts'
import { serveExec } from './exec-stream.ts'
import { encodeFrame, FrameDecoder, opcode } from './frames.ts'

/** A frame as a client sends it: masked. */
function clientFrame(payload: Buffer): Buffer {
  const frame = encodeFrame(opcode.binary, payload)
  const header = frame.subarray(0, frame.length - payload.length)
  header[1] = (header[1] ?? 0) | 0x80
  const mask = Buffer.of(1, 2, 3, 4)
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
  return Buffer.concat([header, mask, masked])
}

describe('FrameDecoder', () => {
  for (const size of [0, 5, 125, 126, 0xffff, 0x1_0000]) {
    it(`reads a frame of ${size} bytes, in whatever pieces it comes`, () => {
      const payload = Buffer.alloc(size, 'x')
      const bytes = clientFrame(payload)
      const decoder = new FrameDecoder()
      const step = Math.max(1, Math.floor(bytes.length / 7))
      const frames = []
      for (let at = 0; at < bytes.length; at += step)
        frames.push(...decoder.push(bytes.subarray(at, at + step)))
      assert.deepEqual(frames, [{ opcode: opcode.binary, final: true, payload }])
    })
  }

  it('refuses frames that are too long, and such as only a server sends', () => {
    const long = Buffer.alloc(14)
    long[0] = 0x82
    long[1] = 0xff
    long.writeBigUInt64BE(1n << 40n, 2)
    assert.throws(() => new FrameDecoder().push(long), /too long/)
    assert.throws(() => new FrameDecoder().push(encodeFrame(opcode.binary, Buffer.of(1))), /not masked/)
  })
})

describe('serveExec()', () => {
  let server: Server
  let url = ''

  before(async () => {
    server = createServer()
    server.on('upgrade', (message, socket) => {
      const { searchParams } = new URL(message.url ?? '', 'http://x')
      const request = {
        namespace: 'default',
        name: 'a',
        pod: {},
        subresource: 'exec',
        query: searchParams,
      } as const
      try {
        serveExec(request, { message, socket }, (_, command) => command.slice(3))
      } catch (error) {
        socket.end(`HTTP/1.1 500 Refused\r\nx-reason: ${String(error)}\r\n\r\n`)
      }
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert.ok(typeof address === 'object' && address !== null)
    url = `ws://127.0.0.1:${address.port}/`
  })
  after(() => {
    server.close()
    server.closeAllConnections()
  })

  /** Runs a command through Node's own WebSocket client; gives what each channel carried. */
  async function run(command: readonly string[], input?: string) {
    const query = new URLSearchParams(command.map((word): [string, string] => ['command', word]))
    if (input !== undefined) query.set('stdin', 'true')
    const socket = new WebSocket(`${url}?${query.toString()}`, channelProtocol)
    socket.binaryType = 'arraybuffer'
    const carried = new Map<number, string>()
    socket.addEventListener('message', (event) => {
      assert.ok(event.data instanceof ArrayBuffer)
      const bytes = Buffer.from(event.data)
      const number = bytes[0] ?? -1
      carried.set(number, `${carried.get(number) ?? ''}${bytes.subarray(1).toString()}`)
    })
    await once(socket, 'open')
    assert.equal(socket.protocol, channelProtocol)
    if (input !== undefined) {
      socket.send(Buffer.concat([Buffer.of(channel.stdin), Buffer.from(input)]))
      socket.send(Buffer.of(channel.close, channel.stdin))
    }
    await once(socket, 'close')
    const status = parseJson(carried.get(channel.error) ?? '')
    assert.ok(isJsonObject(status))
    return { stdout: carried.get(channel.stdout), stderr: carried.get(channel.stderr), status }
  }

  it('carries output and errors apart, and tells success', async () => {
    const { stdout, stderr, status } = await run(['sh', '-c', 'echo out; echo err >&2'])
    assert.deepEqual([stdout, stderr, status['status']], ['out\n', 'err\n', 'Success'])
  })

  it('tells the exit code as kubectl wants it', async () => {
    const { status } = await run(['sh', '-c', 'exit 7'])
    assert.equal(status['reason'], 'NonZeroExitCode')
    assert.deepEqual(status['details'], { causes: [{ reason: 'ExitCode', message: '7' }] })
  })

  it('carries input to its end', async () => {
    assert.equal((await run(['wc', '-c'], 'x'.repeat(100_000))).stdout?.trim(), '100000')
  })

  it('carries much output', async () => {
    const { stdout } = await run(['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" y'])
    assert.equal(stdout?.length, 3_000_000)
  })

  it('refuses a terminal, and clients that do not speak the protocol', async () => {
    for (const [path, protocol] of [
      ['?command=ls&tty=true', channelProtocol],
      ['?command=ls', 'v4.channel.k8s.io'],
    ] as const) {
      const socket = new WebSocket(`${url}${path}`, protocol)
      const opened = once(socket, 'open').then(() => true)
      const failed = once(socket, 'error').then(() => false)
      assert.equal(await Promise.race([opened, failed]), false)
    }
  })
})
