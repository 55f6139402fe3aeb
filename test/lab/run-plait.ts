// SPDX-License-Identifier: Apache-2.0

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const plait = join(checkout, 'bin/plait')

/** What came of a command. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a command is started. */
export interface PlaitOptions {
  /** User number; that of the tests when absent. */
  readonly uid?: number
}

/** A user's runs of plait, apart from those of others: a state directory and a mark in the environment of their own. */
export class Session implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'plait-lab-test-'))
  /** Every process that plait starts inherits it. */
  readonly mark = `PLAIT_LAB_TEST=${randomUUID()}`
  readonly #uid: number | undefined

  constructor({ uid }: PlaitOptions = {}) {
    this.#uid = uid
    if (uid !== undefined) chownSync(this.directory, uid, uid)
  }

  get env(): Record<string, string | undefined> {
    const [name = '', value = ''] = this.mark.split('=')
    return {
      PATH: process.env['PATH'],
      HOME: this.directory,
      XDG_RUNTIME_DIR: this.directory,
      [name]: value,
    }
  }

  /** Where plait keeps the files of a lab that is up. */
  get stateDirectory(): string {
    return join(this.directory, 'plait-lab')
  }

  get kubeconfig(): string {
    return join(this.stateDirectory, 'kubeconfig')
  }

  /** Starts plait; the process group is its own, so that a signal reaches only it. */
  start(args: readonly string[]): ChildProcess {
    return this.#spawn([plait, ...args])
  }

  /** Runs plait to its end. */
  async run(args: readonly string[]): Promise<Outcome> {
    return outcomeOf(this.start(args))
  }

  /** Runs kubectl against the lab that is up. */
  async kubectl(...args: string[]): Promise<Outcome> {
    const cache = join(this.directory, 'kubectl-cache')
    return outcomeOf(
      this.#spawn(['kubectl', `--kubeconfig=${this.kubeconfig}`, `--cache-dir=${cache}`, ...args]),
    )
  }

  #spawn(command: readonly string[]): ChildProcess {
    const [program = '', ...args] = this.#uid === undefined ? command : becomeUser(this.#uid, command)
    return spawn(program, args, {
      cwd: '/',
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
  }

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/** Waits for the end of a process and gives what it printed. */
export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [stdout, stderr, code] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    ended,
  ])
  return { code, stdout, stderr }
}

/** Why the lab cannot run here; false when it can. */
export function reasonToSkip(): string | false {
  const missing = ['ip', 'ping', 'busybox', 'unshare', 'nsenter', 'setpriv'].filter((name) => !isInPath(name))
  if (missing.length > 0) return `this machine has no ${missing.join(', ')}`
  if (!existsSync(join(checkout, 'build/multus-shim'))) return 'the shim is not built: make -C shim'
  const root = process.getuid?.() === 0
  const user = root ? [] : ['--user', '--map-root-user']
  const command = ['unshare', ...user, '--net', '--mount', '--pid', '--fork', 'true']
  return succeeds(command) ? false : 'namespaces are not allowed here'
}

/** Why an ordinary user cannot be played here; false when one can. */
export function reasonToSkipUser(uid: number): string | false {
  const reason = reasonToSkip()
  if (reason !== false) return reason
  if (process.getuid?.() !== 0)
    return 'only root can become another user; the other tests ran as an ordinary one'
  const asUser = (...command: string[]): boolean => succeeds(becomeUser(uid, command))
  if (!asUser('test', '-r', join(checkout, 'package.json'))) return 'other users cannot read the checkout'
  if (!asUser('unshare', '--user', '--map-root-user', '--net', 'true'))
    return 'user namespaces are not allowed here'
  return false
}

function becomeUser(uid: number, command: readonly string[]): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--', ...command]
}

function succeeds([program = '', ...args]: readonly string[]): boolean {
  return spawnSync(program, args).status === 0
}

/** Why kubectl cannot be used; false when it can. */
export function reasonToSkipKubectl(): string | false {
  return reasonToSkip() || (isInPath('kubectl') ? false : 'this machine has no kubectl')
}

function isInPath(name: string): boolean {
  const directories = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(delimiter)
  return directories.some((directory) => existsSync(join(directory, name)))
}
