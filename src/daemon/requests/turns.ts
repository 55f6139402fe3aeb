// SPDX-License-Identifier: Apache-2.0

import { KeyedMutex, Limiter, UnderWay } from '../../base/index.ts'
import { givenUp } from './call-error.ts'
import { isMultusProgram } from './cni-call.ts'
import type { CniCall } from './cni-call.ts'
import { busy, overdue, stopping } from './refusals.ts'
import { TimeLimit } from './time-limit.ts'

/** How much the daemon does at once, and how long anything may take. */
export interface TurnLimits {
  /** Calls for Multus that run at the same time, and as many for stand-alone plugins. */
  readonly concurrency: number
  /** Calls that may wait for their turn. */
  readonly waiting: number
  /** How long a call may wait for its turn. */
  readonly waitMs: number
  /**
   * How long a call may take in all, from its arrival on: what its wait has taken it cannot run. An ADD is undone then.
   * Half a minute less than the shim waits, so that the undoing fits in and the shim hears why.
   */
  readonly callMs: number
}

/** Bounds that suit a node of any size. */
export const usualTurnLimits: TurnLimits = { concurrency: 64, waiting: 1024, waitMs: 60_000, callMs: 180_000 }

/**
 * Gives each call its turn. Calls for the same container run one after the other; calls for different ones side
 * by side up to a bound, in the order of their arrival. Stand-alone plugins have a bound of their own: a plugin
 * on the host that runs `host-local` through the shim is part of a call that runs already, and must not wait
 * for a place or a container that this call holds. Nor does one wait of whose container a stand-alone plugin runs
 * already: it may be part of that one.
 */
export class Turns {
  readonly #limits: TurnLimits
  readonly #containers = new KeyedMutex()
  readonly #multus: Limiter
  readonly #plugins: Limiter
  /** The containers of stand-alone plugins that have a place. */
  readonly #placed = new UnderWay()
  readonly #refuse = new AbortController()
  readonly #abort = new AbortController()

  constructor(limits: Partial<TurnLimits> = {}) {
    this.#limits = { ...usualTurnLimits, ...limits }
    const { concurrency, waiting: maxWaiting } = this.#limits
    this.#multus = new Limiter({ concurrency, maxWaiting, what: 'a turn among the requests' })
    this.#plugins = new Limiter({ concurrency, maxWaiting, what: 'a turn among the plugins' })
  }

  /** How many calls have a turn. */
  get running(): number {
    return this.#multus.running + this.#plugins.running
  }

  /** Whether {@link refuse} was called. */
  get areOver(): boolean {
    return this.#refuse.signal.aborted
  }

  /** From now on calls that come or wait fail with `daemon/stopping`, except those whose caller asks only once. */
  refuse(): void {
    this.#refuse.abort(stopping())
  }

  /** Has the running ADDs undone. */
  abort(): void {
    this.#abort.abort(stopping())
  }

  /**
   * What `work` gives, once the call has its turn.
   *
   * @throws PlaitError `daemon/stopping`, `daemon/busy`, `system/queue-full` when it had none; what `work` throws.
   */
  async run(call: CniCall, work: (signal: AbortSignal) => Promise<string>): Promise<string> {
    const { waitMs, callMs } = this.#limits
    const endMs = performance.now() + callMs
    using wait = new TimeLimit({
      timeoutMs: waitMs,
      onTimeout: () => busy(waitMs),
      parents: call.asksOnce ? [call.gone] : [call.gone, this.#refuse.signal],
    })
    const { signal } = wait
    const start = async (): Promise<string> => {
      wait[Symbol.dispose]()
      return this.#start(call, work, endMs)
    }
    const container = call.environment.CNI_CONTAINERID
    if (!isMultusProgram(call.program)) return await this.#runAlone(container ?? '', start, signal)
    const inTurn = (): Promise<string> => this.#multus.run(start, { signal })
    return container ? await this.#containers.run(container, inTurn, { signal }) : await inTurn()
  }

  async #runAlone(container: string, start: () => Promise<string>, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    if (this.#placed.has(container)) return start()
    return this.#plugins.run(() => this.#placed.run(container, start), { signal })
  }

  // Only an ADD is given up when its caller has gone or the daemon stops: what it made is taken back. Taking away
  // goes on, and has the deadline only.
  async #start(
    call: CniCall,
    work: (signal: AbortSignal) => Promise<string>,
    endMs: number,
  ): Promise<string> {
    const isAdd = call.environment.CNI_COMMAND === 'ADD'
    const { callMs } = this.#limits
    using limit = new TimeLimit({
      timeoutMs: Math.max(0, endMs - performance.now()),
      onTimeout: () => overdue(callMs),
      parents: isAdd ? [call.gone, this.#abort.signal] : [],
    })
    try {
      return await work(limit.signal)
    } catch (error) {
      if (limit.signal.aborted) throw givenUp(error, limit.signal)
      throw error
    }
  }
}
