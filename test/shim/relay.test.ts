// SPDX-License-Identifier: Apache-2.0

// How the shim speaks to a daemon, against a scripted one.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeShimRequest } from '../../src/daemon/index.ts'
import type { ShimRequest } from '../../src/daemon/index.ts'
import { buildShims, skip } from './build-shim.ts'
import { addEnvironment, runShim } from './run-shim.ts'
import { accepted, listen, playDaemon, reply, socketDirectory } from './scripted-daemon.ts'
import type { Script } from './scripted-daemon.ts'
import { answering, talk } from './talk.ts'

for (const shim of buildShims()) {
  describe(`${shim.name} with a daemon`, { skip }, () => {
    test('sends its name, the CNI variables and its input, and prints the answer', async (context) => {
      const requests: ShimRequest[] = []
      let asked = ''
      const stdin = '{"cniVersion":"1.0.0","name":"n","\\u0064aemonsocketdir":"DIR","bytes":"\u0000ü"}'
      const directory = socketDirectory(context)
      await playDaemon(context, directory, (socket) => {
        listen(
          socket,
          (head) => {
            asked = head
            socket.write(accepted)
          },
          ({ payload }) => {
            requests.push(decodeShimRequest(payload))
            socket.end(reply(0, '{"cniVersion": "1.0.0"}'))
          },
        )
      })
      const sent = stdin.replace('DIR', directory.replaceAll('/', String.raw`\/`))
      const shown = { ...addEnvironment, CNI_ODD: 'a=b\nc', TRACEPARENT: '00-1-2-01', BAGGAGE: 'a=b' }
      const env = { ...shown, SECRET: 'x', PATH: '/bin', TRACEPARENTS: 'x', BAGGAGES: 'x' }
      const end = await runShim(shim.path, { argv0: '/opt/cni/bin/macvlan', env, stdin: sent })
      assert.deepEqual([end.status, end.stdout, end.stderr], [0, '{"cniVersion": "1.0.0"}', ''])
      assert.match(asked, /^GET \/plait-shim HTTP\/1\.1\r\nHost: plait\r\n/)
      assert.deepEqual(requests, [
        {
          program: 'macvlan',
          environment: shown,
          stdin: Buffer.from(sent),
        },
      ])
    })

    test('passes 8 MB on and prints 9 MB', async (context) => {
      const directory = socketDirectory(context)
      const config = `{"cniVersion":"1.0.0","name":"n","daemonSocketDir":"${directory}","x":"${'x'.repeat(8_000_000)}"}`
      const answer = 'y'.repeat(9_000_000)
      await playDaemon(context, directory, (socket) => {
        listen(
          socket,
          () => socket.write(accepted),
          ({ payload }) => {
            assert.equal(decodeShimRequest(payload).stdin.length, config.length)
            socket.end(reply(7, answer))
          },
        )
      })
      const end = await runShim(shim.path, { env: addEnvironment, stdin: config })
      assert.equal(end.status, 7)
      assert.equal(end.stdout.length, answer.length)
      assert.equal(end.stdout, answer)
    })

    test('takes an answer that comes byte by byte', async (context) => {
      const bytes = Buffer.concat([Buffer.from(accepted), reply(0, 'ok')])
      const end = await talk(context, shim.path, (socket) => {
        let at = 0
        const next = (): void => {
          if (at < bytes.length) socket.write(bytes.subarray(at, ++at), () => setImmediate(next))
        }
        next()
      })
      assert.deepEqual([end.status, end.stdout], [0, 'ok'])
    })

    test('is not ended by a reader that closes its output', async (context) => {
      const script = answering(reply(0, 'x'.repeat(500_000)))
      const end = await talk(context, shim.path, script, { onStart: (child) => child.stdout?.destroy() })
      assert.deepEqual([end.status, end.signal], [1, null])
    })

    for (const command of ['STATUS', 'DEL']) {
      test(`waits with ${command} for a daemon that takes the connection and is busy`, async (context) => {
        const busyMs = 1500
        const answer = answering(reply(0, 'there'))
        const script: Script = (...given) => void setTimeout(() => answer(...given), busyMs)
        const end = await talk(context, shim.path, script, { command })
        assert.deepEqual([end.status, end.stdout], [0, 'there'])
      })
    }

    test('finds a daemon that starts while it waits', async (context) => {
      const directory = socketDirectory(context)
      const running = runShim(shim.path, {
        env: addEnvironment,
        stdin: JSON.stringify({ name: 'n', daemonSocketDir: directory }),
        onStart: () => void playDaemon(context, directory, answering(reply(0, 'late'))),
      })
      assert.equal((await running).stdout, 'late')
    })

    test('tries again when a daemon that stops turns it away, and the request is sent once to each', async (context) => {
      const end = await talk(context, shim.path, (socket, turn) => {
        if (turn === 0) socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
        else answering(reply(0, `turn ${turn}`))(socket, turn)
      })
      assert.deepEqual([end.status, end.stdout], [0, 'turn 1'])
    })

    test('works with its standard streams closed', async (context) => {
      const directory = socketDirectory(context)
      const seen: ShimRequest[] = []
      await playDaemon(context, directory, (socket) => {
        listen(
          socket,
          () => socket.write(accepted),
          ({ payload }) => {
            seen.push(decodeShimRequest(payload))
            socket.end(reply(0, 'x'))
          },
        )
      })
      const config = JSON.stringify({ name: 'n', daemonSocketDir: directory })
      const script = `printf '%s' '${config}' | "${shim.path}" 1>&- 2>&-`
      const end = await runShim('/bin/sh', { argv0: 'sh', args: ['-c', script], env: addEnvironment })
      assert.deepEqual([end.status, end.stdout, seen.length], [0, '', 1])
    })
  })
}
