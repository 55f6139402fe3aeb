// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../shim/build-shim.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'

interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** A further daemon of the same node, with the same file but for some settings. */
export interface Successor {
  readonly process: ChildProcess
  readonly log: () => string
}

/** Starts such a daemon, whether or not the one before still runs; it ends with the test. */
export function startSuccessor(
  t: Cleanup,
  { host, directory }: RealDaemon,
  settings: Readonly<Record<string, unknown>> = {},
): Successor {
  const file = join(directory, 'successor-config.json')
  const common: unknown = JSON.parse(readFileSync(join(directory, 'daemon-config.json'), 'utf8'))
  writeFileSync(file, JSON.stringify(Object.assign({}, common, settings)))
  const words = ['daemon', '-config', file]
  const env = { PATH: process.env.PATH, CNI_PATH: '/nowhere' }
  const child = host.run(() => spawn(join(root, 'bin/plait'), words, { env, stdio: 'pipe' }))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  return { process: child, log: () => log }
}
