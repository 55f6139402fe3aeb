// SPDX-License-Identifier: Apache-2.0

// A hundred thousand requests, each with something wrong in its bytes, for one daemon.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { checkLeaks, skip as noNamespaces } from '../netns/fixture.ts'
import { macvlanNetwork, startDaemon } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { Dice, mutate } from './mutations.ts'
import { httpCall, sendBytes, shimCall } from './socket-calls.ts'
import type { CallParts } from './socket-calls.ts'
import { attachAndDetach, descriptorCount, residentMegabytes } from './socket-node.ts'

checkLeaks()

const count = 100_000
const lanes = 96
const seed = 20_556

/** The requests that the bad ones are made of: every command, in every form. They name no pod that there is. */
function goodRequests(daemon: RealDaemon): readonly [Buffer, ...Buffer[]] {
  const parts = (command: string): CallParts => ({
    environment: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: '/run/netns/none',
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/nowhere',
      CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
    },
    stdin: daemon.config([macvlanNetwork(daemon.directory)]),
  })
  const commands = ['ADD', 'DEL', 'CHECK', 'STATUS', 'GC', 'VERSION']
  const network = JSON.stringify(macvlanNetwork(daemon.directory))
  const interfaceAttributes = { ips: ['10.1.0.9/24'], mac: '02:00:00:00:00:09', 'cni-args': { a: 1 } }
  return [
    Buffer.from('GET /readyz HTTP/1.1\r\nHost: dummy\r\n\r\n'),
    ...commands.map((command) => shimCall(parts(command))),
    ...['ADD', 'DEL'].map((command) => shimCall({ ...parts(command), stdin: network }, 'macvlan')),
    ...commands.map((command) => httpCall('/cni', parts(command))),
    ...['ADD', 'DEL'].map((command) =>
      httpCall('/delegate', { ...parts(command), stdin: network }, { interfaceAttributes }),
    ),
  ]
}

/** Sends so many bad requests, many at a time; gives how many of them got bytes back. */
async function sendMutated(daemon: RealDaemon, dice: Dice, total: number): Promise<number> {
  const good = goodRequests(daemon)
  let [left, answered] = [total, 0]
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const bytes = mutate(dice.pick(good), dice)
      const { answer } = await sendBytes(daemon.socketPath, bytes, { halfCloseMs: 30, timeoutMs: 20_000 })
      if (answer.length > 0) answered++
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return answered
}

describe('a daemon that gets 100,000 bad requests', { skip: noNamespaces }, () => {
  test('answers or closes each, grows neither in memory nor in descriptors, and attaches pods as before', async (t) => {
    // Its places are its own: a request whose paths were changed must not write elsewhere on this machine.
    const mounts = 'mount -t tmpfs state /var/lib && exec "$@"'
    const launcher = ['unshare', '--mount', 'sh', '-c', mounts, 'sh']
    const daemon = await startDaemon(t, { logLevel: 'panic' }, { launcher })
    const dice = new Dice(seed)
    await attachAndDetach(t, daemon)
    const descriptors = descriptorCount(daemon)
    await sendMutated(daemon, dice, count / 5)
    const memory = residentMegabytes(daemon)
    const answered = await sendMutated(daemon, dice, (count / 5) * 4)
    t.diagnostic(
      `${answered} answered; ${memory.toFixed()} MB, later ${residentMegabytes(daemon).toFixed()} MB`,
    )
    assert.ok(answered > count / 4, 'most of them must get further than the head')
    assert.equal(daemon.process.exitCode, null, daemon.log())
    // A kilobyte for each of the later requests would be 80 MB; how late V8 collects is its own business.
    assert.ok(residentMegabytes(daemon) < memory + 64, `${memory} MB, then ${residentMegabytes(daemon)} MB`)
    const isBack = (): boolean => descriptorCount(daemon) <= descriptors
    await waitFor(isBack, { timeoutMs: 5000, what: 'the descriptors to be closed' })
    await attachAndDetach(t, daemon)
    assert.deepEqual(
      readdirSync(join(daemon.directory, 'run')).filter((name) => name !== 'multus.sock'),
      [],
    )
  })
})
