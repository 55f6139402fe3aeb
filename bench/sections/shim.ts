// SPDX-License-Identifier: Apache-2.0

// A whole process of the shim beside upstream's: VERSION, which needs no daemon, and ADD and back against a daemon that answers
// at once (the same one for both; upstream's shim speaks its HTTP to it). `true` is the floor: what any program takes.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import { cniEnvironment } from '../kit/attachment.ts'
import type { Bench } from '../kit/bench.ts'
import { inBundle } from '../kit/bundle.ts'
import { DaemonProcess } from '../kit/daemon-process.ts'
import type { Job, Launcher } from '../kit/launcher.ts'
import type { Section } from '../kit/measurement.ts'
import { peer } from '../kit/peers.ts'
import { scratch } from '../kit/scratch.ts'

// A start takes well below a millisecond: more of them cost little.
const timesMore = 8

/** Times of a start of the shim. */
export async function measureShim({ launcher, rounds }: Bench): Promise<Section> {
  const directory = join(scratch(), 'shim')
  mkdirSync(directory, { mode: 0o700 })
  await using _daemon = await DaemonProcess.start({
    command: [process.execPath, join(import.meta.dirname, '../answering-daemon.ts'), directory],
    env: {},
    socketPath: join(directory, 'multus.sock'),
    logFile: join(directory, 'log'),
  })
  const upstream = peer('multus-shim')
  const programs = {
    plait: inBundle('build/multus-shim'),
    ...(upstream !== undefined && { upstream }),
    '/bin/true': '/bin/true',
  }
  const contenders = (job: Omit<Job, 'path'>): Contender[] =>
    Object.entries(programs).map(([name, path]) => ({ name, run: () => time(launcher, { path, ...job }) }))
  const times = { rounds: rounds * timesMore, warmUp: 10 }
  return {
    name: 'shim',
    title: 'The shim alone, a whole process',
    measurements: [
      ...(await alternate(contenders({ env: { CNI_COMMAND: 'VERSION' }, input: '' }), {
        ...times,
        what: 'VERSION',
      })),
      ...(await alternate(contenders(addJob(directory)), { ...times, what: 'ADD and back' })),
    ],
    notes: [],
  }
}

function addJob(daemonSocketDir: string): Omit<Job, 'path'> {
  const attachment = { containerId: 'c1', netns: '/run/netns/pod1', ifName: 'eth0' }
  const args = 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1'
  const config = { cniVersion: '1.0.0', name: 'n', type: 'multus-shim', daemonSocketDir }
  return {
    env: cniEnvironment('ADD', attachment, { path: '/opt/cni/bin', args }),
    input: JSON.stringify(config),
  }
}

async function time(launcher: Launcher, job: Job): Promise<Record<string, number>> {
  const { wallMs, cpuMs } = await launcher.run(job)
  return { '': wallMs, CPU: cpuMs }
}
