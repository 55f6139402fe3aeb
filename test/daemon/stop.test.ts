// SPDX-License-Identifier: Apache-2.0

// The end of a daemon whose surroundings do not let go of it.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { assertAttachesPods, useNode } from '../bad-input/refusal.ts'
import { checkLeaks, makeNamespace, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { installPlugin, pathFor, startDaemon } from '../shim/real-daemon.ts'
import { httpCall, sendBytes } from '../bad-input/socket-calls.ts'

checkLeaks()

// They mostly wait, so that they may do so side by side.
describe('SIGTERM', { concurrency: true }, () => {
  describe('to a daemon whose API server answers no more', { skip: noShim || noNamespaces }, () => {
    const node = useNode()

    test('ends it within 15 s, and it says which status it could not write', async (t) => {
      const { daemon, door } = node()
      const pod = node().addPod(t, 'good')
      await assertAttachesPods(t, node()) // The daemon knows the pod by now.
      door.stall()
      assert.equal((await node().call('ADD', pod)).status, 0)
      const ended = once(daemon.process, 'exit')
      const startedMs = performance.now()
      daemon.process.kill('SIGTERM')
      assert.deepEqual(await ended, [0, null])
      assert.ok(performance.now() - startedMs < 15_000)
      assert.match(daemon.log(), /"msg":"network status not written after the reply"/)
      assert.match(daemon.log(), /the process that writes it ends/)
      assert.match(daemon.log(), /"msg":"daemon stopped"/)
    })
  })

  describe('to a daemon with a plugin that does not end', { skip: noNamespaces }, () => {
    test('ends it within 20 s, although a DEL cannot be taken back', async (t) => {
      const daemon = await startDaemon(t)
      installPlugin(daemon.directory, 'hang', 'echo $$ >"$0.new"; mv "$0.new" "$0.pid"; exec sleep 60')
      const stdin = daemon.config([{ cniVersion: '1.0.0', name: 'lan', type: 'hang' }])
      const environment = {
        CNI_COMMAND: 'DEL',
        CNI_CONTAINERID: 'c1',
        CNI_NETNS: pathFor(makeNamespace(t)),
        CNI_IFNAME: 'eth0',
        CNI_ARGS: 'K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
      }
      const bytes = httpCall('/cni', { environment, stdin })
      const asking = sendBytes(daemon.socketPath, bytes, { halfCloseMs: 60_000, timeoutMs: 60_000 })
      const pidFile = join(daemon.directory, 'bin/hang.pid')
      await waitFor(() => existsSync(pidFile), { timeoutMs: 10_000, what: 'the plugin' })
      const pid = Number(readFileSync(pidFile, 'utf8'))
      t.after(() => {
        if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
      })
      const ended = once(daemon.process, 'exit')
      const startedMs = performance.now()
      daemon.process.kill('SIGTERM')
      assert.deepEqual(await ended, [0, null])
      assert.ok(performance.now() - startedMs < 20_000)
      assert.match(daemon.log(), /"msg":"daemon stopped while requests were running"/)
      assert.equal((await asking).answer.length, 0)
    })
  })
})
