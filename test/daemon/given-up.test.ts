// SPDX-License-Identifier: Apache-2.0

// A daemon that stands still until its shims have given up, and then reads what they had sent.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { checkLeaks, linkNames, makeNamespace, skip as noNamespaces } from '../netns/fixture.ts'
import { buildShims, skip as noShim } from '../shim/build-shim.ts'
import { installPlugin, macvlanNetwork, pathFor, startDaemon } from '../shim/real-daemon.ts'
import { addEnvironment, runShim } from '../shim/run-shim.ts'
import type { ShimEnd } from '../shim/run-shim.ts'

checkLeaks()

const shim = noNamespaces === false ? (buildShims()[0]?.path ?? '') : ''
const dropped = 'shim dropped: it has given up before it was accepted'

describe('of a shim that gives up before it is accepted', { skip: noShim || noNamespaces }, () => {
  test('an ADD is never begun, and a DEL is run once: from the spool', async (t) => {
    const spool = mkdtempSync(join(tmpdir(), 'plait-spool-'))
    t.after(() => rmSync(spool, { recursive: true }))
    const daemon = await startDaemon(t, { spoolDir: spool })
    const { directory, process: stalled } = daemon
    const calls = join(directory, 'calls')
    installPlugin(
      directory,
      'witness',
      `cat >/dev/null\necho "$CNI_COMMAND" >>${calls}\necho '{"cniVersion":"1.0.0"}'`,
    )
    const stdin = daemon.config([{ cniVersion: '1.0.0', name: 'n', type: 'witness' }])
    const pod = makeNamespace(t)
    const call = async (command: string, delegates = stdin): Promise<ShimEnd> => {
      const netns = { CNI_COMMAND: command, CNI_CONTAINERID: `c-${command}`, CNI_NETNS: pathFor(pod) }
      const patience = { PLAIT_SHIM_WAIT_SECONDS: '0.1', PLAIT_SHIM_SPOOL_DIR: spool }
      return runShim(shim, { env: { ...addEnvironment, ...netns, ...patience }, stdin: delegates })
    }
    stalled.kill('SIGSTOP')
    const [add, del] = [await call('ADD'), await call('DEL')]
    assert.match(add.stdout, /it takes the connection and does not answer/)
    assert.deepEqual([add.status, del.status, del.stdout], [1, 0, ''])
    assert.equal(readdirSync(spool).length, 1)
    stalled.kill('SIGCONT')
    await waitFor(() => daemon.log().includes('spool is empty'), { timeoutMs: 10_000, what: 'the spool' })
    // What came before it has been read: connections are taken in their order.
    const later = await call('ADD', daemon.config([macvlanNetwork(directory)]))
    assert.equal(later.status, 0, later.stdout)
    assert.deepEqual(linkNames(pod), ['lo', 'eth0'])
    assert.equal(readFileSync(calls, 'utf8'), 'DEL\n')
    const begun = daemon.log().match(/"request received"/g)?.length
    assert.equal(begun, 2, daemon.log())
    assert.equal(daemon.log().split(dropped).length - 1, 2)
  })
})
