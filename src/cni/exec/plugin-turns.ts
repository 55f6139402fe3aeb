// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf, Limiter, UnderWay } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { CniError, cniErrorCode } from '../error.ts'
import { goQuote } from '../go-quote.ts'
import type { InvokePlugin, PluginInvocation } from './invocation.ts'

/** What one finished call of a program was, for metrics. */
export interface ExternalCallSample {
  readonly plugin: string
  readonly command: string
  /** How long it waited for its turn. */
  readonly waitedMs: number
  /** How long it ran then; 0 when its turn did not come. */
  readonly durationMs: number
  readonly failed: boolean
  /** Whether it failed because there is no such program. */
  readonly isMissing: boolean
}

/** Bounds for the programs of a node. */
export interface PluginTurnsOptions {
  /** Runs a program. */
  readonly invoke: InvokePlugin
  /** Programs at the same time. @default 16 */
  readonly concurrency?: number | undefined
  /** Calls that may wait. @default 4096 */
  readonly maxWaiting?: number
  /** How long a call may wait. @default 60000 */
  readonly waitMs?: number
  /** Is told of each call once it ended. */
  readonly observe?: ((sample: ExternalCallSample) => void) | undefined
}

/**
 * Runs plugins that are programs, a bounded number at a time, in the order of their arrival: each takes 20 to 60 MB,
 * and a node that starts asks for hundreds. A chain of plugins asks for one turn after the other, and so holds
 * one at most.
 */
export class PluginTurns {
  readonly #invoke: InvokePlugin
  readonly #limiter: Limiter
  readonly #waitMs: number
  readonly #observe: (sample: ExternalCallSample) => void
  /** The containers of programs that have a turn. */
  readonly #containers = new UnderWay()

  constructor(options: PluginTurnsOptions) {
    const { invoke, concurrency = 16, maxWaiting = 4096, waitMs = 60_000 } = options
    this.#invoke = invoke
    this.#limiter = new Limiter({ concurrency, maxWaiting, what: 'a turn among the external plugins' })
    this.#waitMs = waitMs
    this.#observe = options.observe ?? (() => undefined)
  }

  /** How many programs have a turn. */
  get running(): number {
    return this.#limiter.running
  }

  /** How many calls wait for one. */
  get waiting(): number {
    return this.#limiter.waiting
  }

  /**
   * Runs a program in its turn.
   *
   * @throws CniError of the program; code 11 with the id `cni/plugin-busy` when its turn did not come.
   */
  readonly invoke: InvokePlugin = async (invocation) =>
    this.#measured(invocation, (onStart) => this.#inTurn(invocation, onStart))

  /**
   * As {@link invoke}, for a call that may be part of one which has a turn: `flannel` runs `bridge`, and that runs
   * `whereabouts`. Once all turns are held by such calls, waiting for another one is waiting for ever. So a call for
   * a container of which a program runs already belongs to the turn of that program.
   */
  readonly invokeNested: InvokePlugin = async (invocation) => {
    if (!this.#containers.has(invocation.containerId)) return this.invoke(invocation)
    return this.#measured(invocation, async (onStart) => {
      onStart()
      return this.#invoke(invocation)
    })
  }

  async #measured(
    { type: plugin, command }: PluginInvocation,
    run: (onStart: () => void) => Promise<JsonObject | undefined>,
  ): Promise<JsonObject | undefined> {
    const askedMs = performance.now()
    let startedMs: number | undefined
    const tell = (outcome: Pick<ExternalCallSample, 'failed' | 'isMissing'>): void => {
      const endedMs = performance.now()
      const [waitedMs, durationMs] = [(startedMs ?? endedMs) - askedMs, endedMs - (startedMs ?? endedMs)]
      this.#observe({ plugin, command, waitedMs, durationMs, ...outcome })
    }
    try {
      const result = await run(() => (startedMs = performance.now()))
      tell({ failed: false, isMissing: false })
      return result
    } catch (error) {
      tell({ failed: true, isMissing: errorIdOf(error) === 'cni/plugin-missing' })
      throw error
    }
  }

  async #inTurn(invocation: PluginInvocation, onStart: () => void): Promise<JsonObject | undefined> {
    const { signal } = invocation
    const late = AbortSignal.timeout(this.#waitMs)
    let started = false
    const start = async (): Promise<JsonObject | undefined> => {
      started = true
      onStart()
      return this.#containers.run(invocation.containerId, () => this.#invoke(invocation))
    }
    try {
      return await this.#limiter.run(start, { signal: signal ? AbortSignal.any([signal, late]) : late })
    } catch (error) {
      if (started || signal?.aborted) throw error
      throw busy(invocation, late.aborted ? `no turn within ${this.#waitMs} ms` : describeError(error))
    }
  }
}

function busy({ type, command }: PluginInvocation, problem: string): CniError {
  return new CniError(
    cniErrorCode.tryAgainLater,
    `Cannot run plugin ${goQuote(type)} (${command}): ${problem}; try again later`,
    { id: 'cni/plugin-busy' },
  )
}
