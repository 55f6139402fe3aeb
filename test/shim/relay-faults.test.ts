// SPDX-License-Identifier: Apache-2.0

// What the shim says of a daemon that is not there or behaves badly, against a scripted one.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { encodeFrame, frameType } from '../../src/daemon/index.ts'
import { buildShims, skip } from './build-shim.ts'
import { addEnvironment, runShim } from './run-shim.ts'
import type { ShimEnd } from './run-shim.ts'
import { accepted, listen, playDaemon, reply, socketDirectory } from './scripted-daemon.ts'
import type { Script } from './scripted-daemon.ts'
import { answering, talk } from './talk.ts'

function errorIn({ status, stdout, stderr }: ShimEnd): { code: number; msg: string } {
  assert.equal(stderr, '')
  assert.equal(status, 1)
  const { code, msg, ...rest } = JSON.parse(stdout)
  assert.deepEqual(rest, {})
  assert.ok(typeof msg === 'string' && !msg.includes('\n'))
  return { code, msg }
}

for (const shim of buildShims()) {
  describe(`${shim.name} with a daemon that fails it`, { skip }, () => {
    // Each before the request is accepted: the shim tries again, then says what it met.
    const unreachable: readonly (readonly [string, Script | undefined, string])[] = [
      ['there is no socket', undefined, 'No such file or directory'],
      [
        'the daemon closes at once',
        (socket) => socket.destroy(),
        'it closes the connection without an answer',
      ],
      ['the daemon is silent', () => undefined, 'it takes the connection and does not answer'],
      [
        'the daemon stops',
        (socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'),
        'it is stopping or has too much to do',
      ],
      [
        "upstream's daemon answers",
        (socket) => socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'),
        'what listens there does not speak plait-shim/1, it answers "HTTP/1.1 404 Not Found"',
      ],
      [
        'another protocol version is accepted',
        (socket) => socket.end(accepted.replace('shim/1', 'shim/2')),
        'what listens there does not speak plait-shim/1, it answers "HTTP/1.1 101 Switching Protocols"',
      ],
      [
        'half a head comes',
        (socket) => socket.end('HTTP/1.1 101 Swi'),
        'it closes the connection without an answer',
      ],
      [
        'bytes without end come',
        (socket) => socket.write('\u0000ÿ'.repeat(2000)),
        'it answers with bytes that are not HTTP',
      ],
    ]
    for (const [what, script, reason] of unreachable) {
      test(`gives ADD the code 11 within its wait when ${what}`, async (context) => {
        const end = await talk(context, shim.path, script, { waitSeconds: '0.3' })
        assert.deepEqual(errorIn(end), {
          code: 11,
          msg: `Cannot start ADD: the plait daemon at ${end.socketPath}: ${reason}; look whether its pod runs on this node, and at its log; then try again`,
        })
        assert.ok(end.ms < 3000, `took ${end.ms} ms`)
      })
    }

    for (const [command, code] of Object.entries({ DEL: 11, CHECK: 11, GC: 11, STATUS: 50 })) {
      test(`gives ${command} the code ${code} when there is no daemon`, async (context) => {
        const end = await talk(context, shim.path, undefined, { command, waitSeconds: '0.1' })
        assert.equal(errorIn(end).code, code)
      })
    }

    test('does not let DEL and STATUS wait as long as ADD', async (context) => {
      const run = { waitSeconds: '20' }
      const ends = await Promise.all(
        ['DEL', 'STATUS'].map((command) => talk(context, shim.path, undefined, { ...run, command })),
      )
      for (const { ms } of ends) assert.ok(ms < 5000, `took ${ms} ms`)
    })

    // Each after the request was accepted: it may have been acted on, so it is not sent again.
    const broken: readonly (readonly [string, Script, string])[] = [
      [
        'the daemon dies',
        (socket) =>
          listen(
            socket,
            () => socket.write(accepted),
            () => socket.destroy(),
          ),
        'it closed the connection before it answered',
      ],
      [
        'the daemon dies in its answer',
        (socket) =>
          listen(
            socket,
            () => socket.write(accepted),
            () => socket.end(reply(0, 'x'.repeat(100)).subarray(0, 50)),
          ),
        'it closed the connection before it answered',
      ],
      ['the daemon is silent', answering(), 'it did not answer in time'],
      ['half a header comes', answering(Buffer.from('0402', 'hex')), 'it did not answer in time'],
      [
        'text comes',
        answering('HTTP/1.1 200 OK\r\n\r\n'),
        'it sent bytes that are not plait-shim/1 (a frame of type 72 and 793793620 bytes)',
      ],
      [
        'a frame of 4 GiB comes',
        answering(Buffer.from('04ffffffff', 'hex')),
        'it sent bytes that are not plait-shim/1 (a frame of type 4 and 4294967295 bytes)',
      ],
      [
        'an empty answer comes',
        answering(Buffer.from('0400000000', 'hex')),
        'it sent bytes that are not plait-shim/1 (a frame of type 4 and 0 bytes)',
      ],
      [
        'a request comes',
        answering(encodeFrame(frameType.request, Buffer.from('x'))),
        'it sent bytes that are not plait-shim/1 (a frame of type 1 and 1 bytes)',
      ],
      [
        'an EXEC without id comes',
        answering(encodeFrame(frameType.exec, Buffer.from('x'))),
        'it sent an EXEC frame of 1 bytes, which is too short',
      ],
    ]
    for (const [what, script, reason] of broken) {
      test(`gives the code 11 and prints nothing else when ${what} after the request`, async (context) => {
        let turns = 0
        const counted: Script = (socket, turn) => {
          turns++
          script(socket, turn)
        }
        const end = await talk(context, shim.path, counted, { replySeconds: '0.3' })
        assert.deepEqual(errorIn(end), {
          code: 11,
          msg: `Cannot finish ADD: the plait daemon at ${end.socketPath}: ${reason}; look at its log; then try again`,
        })
        assert.equal(turns, 1)
      })
    }

    test('ends in order whatever bytes come after the request', async (context) => {
      const directory = socketDirectory(context)
      const frame = fc
        .tuple(fc.constantFrom(0, 2, 3, 4, 5), fc.nat(12), fc.uint8Array({ maxLength: 12 }))
        .map(([type, length, bytes]) => Buffer.from([type, length, 0, 0, 0, ...bytes]))
      const noise = fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes))
      const streams = fc.sample(fc.array(fc.oneof(frame, noise), { maxLength: 4 }), 40)
      await playDaemon(context, directory, (socket, turn) => {
        listen(
          socket,
          () => socket.write(accepted),
          () => socket.end(Buffer.concat(streams[turn] ?? [])),
        )
      })
      const stdin = JSON.stringify({ name: 'n', daemonSocketDir: directory })
      for (const stream of streams) {
        const end = await runShim(shim.path, {
          env: { ...addEnvironment, PLAIT_SHIM_REPLY_SECONDS: '1' },
          stdin,
        })
        assert.deepEqual([end.signal, end.stderr], [null, ''], Buffer.concat(stream).toString('hex'))
      }
    })
  })
}
