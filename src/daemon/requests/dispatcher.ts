// SPDX-License-Identifier: Apache-2.0

import { setImmediate } from 'node:timers/promises'
import { delay } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { callError } from './call-error.ts'
import type { CniCall, HandleCall, Outcome } from './cni-call.ts'
import { describeCall } from './describe-call.ts'
import { Turns } from './turns.ts'
import type { TurnLimits } from './turns.ts'

/** What a {@link Dispatcher} works with. */
export interface DispatcherOptions {
  readonly handle: HandleCall
  readonly log: Log
  readonly limits?: Partial<TurnLimits>
}

/** How long a stop may take. */
export interface StopLimits {
  /** Until running calls have ended by themselves. */
  readonly drainMs: number
  /** From then on, until the ADDs among them are undone. */
  readonly undoMs: number
}

/** Answers calls, each in its turn and with one line in the log, until it is stopped. */
export class Dispatcher {
  readonly #turns: Turns
  readonly #log: Log
  readonly #active = new Set<Promise<unknown>>()
  #count = 0

  constructor({ handle, log, limits }: DispatcherOptions) {
    this.#turns = new Turns(handle, limits)
    this.#log = log
  }

  /** Whether no new calls are taken. */
  get isStopping(): boolean {
    return this.#turns.areOver
  }

  /** Runs a call in its turn. It never throws; one log line tells how it ended. */
  async answer(call: CniCall): Promise<Outcome> {
    const running = this.#run(call)
    this.#active.add(running)
    try {
      return await running
    } finally {
      this.#active.delete(running)
    }
  }

  /**
   * Takes no more calls, answers those that wait with "try again later", and lets the running ones end.
   *
   * @returns whether all of them did.
   */
  async stop({ drainMs, undoMs }: StopLimits): Promise<boolean> {
    this.#turns.refuse()
    if (await this.#isDrained(drainMs)) return true
    this.#turns.abort()
    return this.#isDrained(undoMs)
  }

  async #isDrained(timeoutMs: number): Promise<boolean> {
    const cancel = new AbortController()
    const late = delay(timeoutMs, cancel.signal).then(
      () => false,
      () => false,
    )
    try {
      // Over and over: a call whose caller asks only once may still come.
      while (this.#active.size > 0) {
        const drained = Promise.all(this.#active).then(() => true)
        if (!(await Promise.race([drained, late]))) return false
        await setImmediate() // Those who asked pass the answers on first.
      }
      return true
    } finally {
      cancel.abort()
    }
  }

  async #run(call: CniCall): Promise<Outcome> {
    const log = this.#log.child({ request: ++this.#count, ...describeCall(call) })
    const startedMs = performance.now()
    log.debug({}, 'request received')
    try {
      const stdout = await this.#turns.run(call)
      log.info({ ms: since(startedMs) }, 'request done')
      return { stdout }
    } catch (error) {
      const failure = callError(error, call)
      log.error({ ms: since(startedMs), code: failure.code, error }, 'request failed')
      return { error: failure }
    }
  }
}

function since(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 10) / 10
}
