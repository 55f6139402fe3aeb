// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '../../src/base/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { makeCard, makeNamespace } from '../netns/fixture.ts'
import { root } from './build-shim.ts'

/** A daemon of its own in a node of its own. */
export interface RealDaemon {
  readonly process: ChildProcess
  /** The directory that holds everything of this node. */
  readonly directory: string
  readonly socketPath: string
  readonly host: Namespace
  /** What it has logged, one JSON text per line. */
  readonly log: () => string
  /** A configuration for Multus on this node. */
  readonly config: (delegates: readonly object[], more?: object) => string
}

interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** The path by which another process finds a namespace of this one. */
export function pathFor(namespace: Namespace): string {
  return `/proc/${process.pid}/fd/${namespace.fd}`
}

/** A macvlan network on the node's card with addresses of its own. */
export function macvlanNetwork(directory: string): object {
  const ipam = { type: 'host-local', subnet: '10.1.0.0/24', dataDir: join(directory, 'ipam') }
  return { cniVersion: '1.0.0', name: 'lan', type: 'macvlan', master: 'card', mode: 'bridge', ipam }
}

/** Writes an executable plugin into the node's plugin directory. */
export function installPlugin(directory: string, name: string, script: string): void {
  writeFileSync(join(directory, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}

/** What a daemon is started with besides its file. */
export interface DaemonOptions {
  /** The network namespace of the node; one of its own when absent. */
  readonly host?: Namespace
  /** A program that starts the daemon, and gets its command line behind these words. */
  readonly launcher?: readonly string[]
}

/** Starts `plait daemon` in a namespace with a card, and waits until it listens. */
export async function startDaemon(
  t: Cleanup,
  settings: object = {},
  { host = makeNamespace(t), launcher = [] }: DaemonOptions = {},
): Promise<RealDaemon> {
  const directory = mkdtempSync(join(tmpdir(), 'plait-daemon-'))
  t.after(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'bin'))
  makeCard(host, 'card')
  const [socketDir, file] = [join(directory, 'run'), join(directory, 'daemon-config.json')]
  writeFileSync(
    file,
    JSON.stringify({ socketDir, spoolDir: join(directory, 'spool'), logLevel: 'debug', ...settings }),
  )
  const env = { PATH: process.env.PATH, CNI_PATH: '/nowhere' }
  const [program, ...words] = [...launcher, join(root, 'bin/plait'), 'daemon', '-config', file]
  const child = host.run(() => spawn(program, words, { env, stdio: 'pipe' }))
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text))
  t.after(() => end(child))
  const socketPath = join(socketDir, 'multus.sock')
  await waitFor(() => existsSync(socketPath) || child.exitCode !== null, {
    timeoutMs: 20_000,
    what: 'the daemon',
  })
  if (child.exitCode !== null) throw new Error(`The daemon ended: ${log}`)
  const config = (delegates: readonly object[], more: object = {}): string =>
    JSON.stringify({
      cniVersion: '1.0.0',
      name: 'multus-cni-network',
      type: 'multus-shim',
      daemonSocketDir: socketDir,
      cniDir: join(directory, 'cache'),
      binDir: join(directory, 'bin'),
      delegates,
      ...more,
    })
  return { process: child, directory, socketPath, host, log: () => log, config }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}
