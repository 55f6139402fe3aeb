// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { PlaitError } from '../../base/index.ts'
import { findTools, withSystemDirectories } from '../ground/requirements.ts'
import { parseScenario } from '../scenario/scenario.ts'
import { readScenario } from '../scenario/scenario-folder.ts'
import { checkout, ensureShim } from './checkout.ts'
import { outsideFd } from './descriptors.ts'
import { EnclosedLab } from './enclosed-lab.ts'
import { ListeningSocket } from './listening-socket.ts'
import type { InsideMessage, InsideRequest } from './messages.ts'
import {
  kubeconfigPath,
  makeStateDirectory,
  readState,
  startTicksOf,
  stateDirectory,
  writeState,
} from './state.ts'

/** Where the front process reads and writes. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly root: boolean
  readonly columns: number
  readonly colour: boolean
  /** Progress and hints: not part of the result. */
  tell(line: string): void
  /** The result. */
  print(text: string): void
}

/** What a run of the lab is asked for. */
export interface RunOptions {
  /** The name of a built-in scenario, or a folder. */
  readonly scenario: string
  readonly nodes?: number | undefined
  readonly mode: 'run' | 'up'
  /** Leave the lab running at the end. */
  readonly keep: boolean
  readonly output: 'text' | 'json'
  /** File for the picture. */
  readonly svg?: string | undefined
  readonly verbose: boolean
  /** The command line of this program, to which a command is added. */
  readonly cli: readonly string[]
  /** Ends the lab at once, such as at Ctrl-C. */
  readonly signal: AbortSignal
}

/**
 * Runs a scenario in a lab and prints its report.
 *
 * @returns whether all expectations hold.
 * @throws PlaitError that says why the lab could not be built; the signal's reason when it was aborted.
 */
export async function runLab(options: RunOptions, terminal: Terminal): Promise<boolean> {
  const { env, root } = terminal
  const directory = stateDirectory(env, root)
  const running = readState(directory)
  if (options.keep && running !== undefined) {
    const message = `Cannot keep another lab: ${running.scenario} is up since ${running.since}; end it with: plait lab down`
    throw new PlaitError('lab/already-up', message)
  }
  const source = readScenario(options.scenario)
  // Errors in the files are told before anything is started.
  parseScenario(source, { nodes: options.nodes })
  const path = withSystemDirectories(env['PATH'] ?? '')
  const { busybox } = findTools(path)
  const shim = await ensureShim()
  using socket = options.keep ? await ListeningSocket.open() : undefined
  const request: InsideRequest = {
    source,
    ...(options.nodes === undefined ? {} : { nodes: options.nodes }),
    mode: options.mode,
    keep: options.keep,
    verbose: options.verbose,
    columns: terminal.columns,
    colour: terminal.colour && options.output === 'text',
    cli: [...options.cli],
    shim,
    busybox,
    kept: [checkout, dirname(process.execPath)],
    ...(socket === undefined ? {} : { outsideFd }),
  }
  return await new Run(options, terminal, directory).start(request, socket?.fd)
}

/** One lab from its start to its report. */
class Run {
  readonly #options: RunOptions
  readonly #terminal: Terminal
  readonly #directory: string
  #ok = false
  #failure: string | undefined
  #up: Extract<InsideMessage, { type: 'up' }> | undefined

  constructor(options: RunOptions, terminal: Terminal, directory: string) {
    this.#options = options
    this.#terminal = terminal
    this.#directory = directory
  }

  async start(request: InsideRequest, socketFd: number | undefined): Promise<boolean> {
    const { signal, keep } = this.#options
    const { env, root } = this.#terminal
    if (keep) makeStateDirectory(this.#directory)
    const lab = new EnclosedLab({
      request,
      socketFd,
      root,
      env: { ...env, PATH: withSystemDirectories(env['PATH'] ?? '') },
      logFile: keep ? join(this.#directory, 'lab.log') : undefined,
      onMessage: (message) => this.#take(message),
    })
    const aborted = new Promise<void>((done) =>
      signal.addEventListener('abort', () => done(), { once: true }),
    )
    try {
      await Promise.race([lab.follow(), aborted])
      signal.throwIfAborted()
      if (this.#failure !== undefined) throw new PlaitError('lab/build-failed', this.#failure)
    } catch (error) {
      await lab.end()
      throw error
    }
    await (keep ? this.#leave(lab) : lab.end())
    return this.#ok
  }

  #take(message: InsideMessage): void {
    switch (message.type) {
      case 'step':
        this.#terminal.tell(message.text)
        break
      case 'line':
        this.#terminal.tell(`[${message.source}] ${message.text}`)
        break
      case 'up':
        this.#up = message
        break
      case 'failed':
        this.#failure = message.message
        break
      case 'result':
        this.#ok = message.ok
        if (this.#options.svg !== undefined) writeFileSync(resolve(this.#options.svg), message.svg)
        this.#terminal.print(this.#options.output === 'json' ? message.json : message.report)
        break
    }
  }

  async #leave(lab: EnclosedLab): Promise<void> {
    const { pid } = lab
    const { nodes = [], kubeconfig = '' } = this.#up ?? {}
    const state = {
      pid,
      startTicks: startTicksOf(pid) ?? '',
      scenario: this.#options.scenario,
      nodes,
      since: new Date().toISOString(),
    }
    await writeState(this.#directory, state, kubeconfig)
    lab.release()
    this.#terminal.tell(`The lab stays up: export KUBECONFIG=${kubeconfigPath(this.#directory)}`)
    this.#terminal.tell('Take it down with: plait lab down')
  }
}
