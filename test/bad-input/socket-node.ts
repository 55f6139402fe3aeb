// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { linkNames, makeNamespace } from '../netns/fixture.ts'
import { macvlanNetwork, pathFor } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { sendBytes, shimCall } from './socket-calls.ts'

interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** What a daemon holds in memory, as the kernel counts it. */
export function residentMegabytes({ process }: RealDaemon): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process.pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

/** How many files and sockets a daemon has open. */
export function descriptorCount({ process }: RealDaemon): number {
  return readdirSync(`/proc/${process.pid}/fd`).length
}

/** Holds a daemon to its proper work: one pod gets its interface and loses it again. Gives the milliseconds of the ADD. */
export async function attachAndDetach(t: Cleanup, daemon: RealDaemon): Promise<number> {
  const container = makeNamespace(t)
  const stdin = daemon.config([macvlanNetwork(daemon.directory)])
  const call = (command: string) => {
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: 'good',
      CNI_NETNS: pathFor(container),
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/nowhere',
      CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=good',
    }
    const patience = { halfCloseMs: 20_000, timeoutMs: 20_000 }
    return sendBytes(daemon.socketPath, shimCall({ environment, stdin }), patience)
  }
  const { answer, ms } = await call('ADD')
  assert.match(answer.toString(), /"address": "10\.1\.0\.\d+\/24"/)
  assert.deepEqual(linkNames(container), ['lo', 'eth0'])
  await call('DEL')
  assert.deepEqual(linkNames(container), ['lo'])
  return ms
}
