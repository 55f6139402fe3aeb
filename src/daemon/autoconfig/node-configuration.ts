// SPDX-License-Identifier: Apache-2.0

import { basename, dirname } from 'node:path'
import { delay, describeError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { ConfKeeper } from './conf-keeper.ts'
import type { Kept } from './conf-keeper.ts'
import { copiedConf } from './copied-conf.ts'
import { DirectoryWatch } from './directory-watch.ts'
import { GeneratedConf } from './generated-conf.ts'
import type { ChoiceTiming } from './primary-chooser.ts'
import type { AutoconfigSettings } from './settings.ts'
import type { ConfSource } from './wanted-conf.ts'

/** To whom the keeper of the configuration tells what happens. */
export interface NodeConfigurationOptions {
  readonly log: Log
  /** Why the node's configuration is not in place; undefined when it is. */
  readonly setProblem: (problem: string | undefined) => void
  /** Posts an event about the node. */
  readonly tellNode: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  readonly timing?: ChoiceTiming
}

const pollMs = 1000
const gatherMs = 20

/**
 * Keeps the node's CNI configuration in place from construction until it is disposed of: made or copied, written
 * when it changed, put back when another program takes it. What is in place stays there afterwards: without it the
 * runtime would start pods on the default network alone while the next daemon starts.
 */
export class NodeConfiguration implements AsyncDisposable {
  readonly #options: NodeConfigurationOptions
  readonly #source: ConfSource
  readonly #keeper: ConfKeeper
  readonly #watch: DirectoryWatch
  readonly #stop = new AbortController()
  readonly #running: Promise<void>
  #problem: string | undefined

  constructor(settings: AutoconfigSettings, options: NodeConfigurationOptions) {
    const { log, timing, tellNode } = options
    this.#options = options
    this.#source =
      settings.mode === 'copy'
        ? copiedConf(settings)
        : new GeneratedConf(settings, {
            log,
            ...(timing === undefined ? {} : { timing }),
            onChange: (before, after) => {
              const text = `The default network of this node is now ${after}; before it was ${before}`
              tellNode('Normal', 'DefaultNetworkChanged', text)
            },
          })
    this.#keeper = new ConfKeeper(settings.target)
    this.#watch = new DirectoryWatch([dirname(settings.target), ...this.#source.directories])
    // Not a line of the log: every start begins so.
    this.#problem = 'it is not written yet'
    options.setProblem(this.#problem)
    this.#running = this.#keepOn(this.#stop.signal)
  }

  /** Stops watching; the configuration stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#watch[Symbol.dispose]()
    await this.#running
  }

  async #keepOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#round(signal)
      await this.#watch.changed(pollMs)
      // A program that writes a file makes several changes. An abort ends the pause, and the loop with it.
      await delay(gatherMs, signal).catch(() => undefined)
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    try {
      const wanted = await this.#source.look()
      if ('waiting' in wanted) this.#report(wanted.waiting)
      else this.#tell(await this.#keeper.keep(wanted.data, signal))
    } catch (error) {
      if (!signal.aborted) this.#report(describeError(error))
    }
  }

  #tell(kept: Kept): void {
    const { log, tellNode } = this.#options
    const { path } = this.#keeper
    if (kept.state === 'taken') {
      const problem = takenText(path, kept)
      if (this.#report(problem)) tellNode('Warning', 'MultusConfigTaken', problem)
      return
    }
    if (kept.state === 'written') log.info({ path }, 'the CNI configuration of the node is written')
    if (kept.state === 'restored') {
      const { times, renamedTo } = kept
      log.warn({ path, times, renamedTo }, 'another program took the CNI configuration away; it is put back')
    }
    this.#report(undefined)
  }

  /** Tells a change of the problem to the log and to whoever asks for readiness; false when it is the same. */
  #report(problem: string | undefined): boolean {
    if (problem === this.#problem) return false
    this.#problem = problem
    const { log, setProblem } = this.#options
    setProblem(problem)
    if (problem === undefined) log.info({ path: this.#keeper.path }, 'the CNI configuration is in place')
    else log.warn({ problem }, 'the CNI configuration of the node is not in place')
    return true
  }
}

function takenText(path: string, { times, renamedTo }: { times: number; renamedTo?: string }): string {
  const how = renamedTo === undefined ? '' : `; it was renamed to ${renamedTo}`
  return (
    `Cannot keep ${basename(path)}: another program takes it away${how}; it was put back ${times} times. ` +
    'With Cilium set cni.exclusive=false, else find the program that writes there; then restart this daemon, ' +
    'or wait: in ten minutes it is tried again'
  )
}
