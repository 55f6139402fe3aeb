// SPDX-License-Identifier: Apache-2.0

import { setImmediate } from 'node:timers/promises'
import { delay, Lull } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { callError } from './call-error.ts'
import type { CniCall, HandleCall, Outcome } from './cni-call.ts'
import { describeCall } from './describe-call.ts'
import type { RequestSample } from './request-sample.ts'
import { nextSpan, parseTraceParent } from './trace-context.ts'
import { Turns } from './turns.ts'
import type { TurnLimits } from './turns.ts'

/** What a {@link Dispatcher} works with. */
export interface DispatcherOptions {
  readonly handle: HandleCall
  readonly log: Log
  readonly limits?: Partial<TurnLimits>
  /** Is told while calls are answered. */
  readonly lull?: Lull | undefined
  /** Is told of each call once it is answered. */
  readonly observe?: ((sample: RequestSample) => void) | undefined
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
  readonly #handle: HandleCall
  readonly #log: Log
  readonly #observe: ((sample: RequestSample) => void) | undefined
  readonly #lull: Lull
  readonly #active = new Set<Promise<unknown>>()
  #count = 0

  constructor({ handle, log, limits, observe, lull = new Lull() }: DispatcherOptions) {
    this.#turns = new Turns(limits)
    this.#handle = handle
    this.#log = log
    this.#observe = observe
    this.#lull = lull
  }

  /** How many calls have their turn, and how many wait for it. */
  get load(): { readonly running: number; readonly waiting: number } {
    const { running } = this.#turns
    return { running, waiting: this.#active.size - running }
  }

  /** Whether no new calls are taken. */
  get isStopping(): boolean {
    return this.#turns.areOver
  }

  /** Runs a call in its turn. It never throws; one log line tells how it ended. */
  async answer(call: CniCall): Promise<Outcome> {
    const running = this.#lull.during(() => this.#run(call))
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
    const trace = nextSpan(parseTraceParent(call.environment.TRACEPARENT))
    const request = ++this.#count
    const log = this.#log.child({ request, trace: trace.traceId, ...describeCall(call) })
    const arrivedMs = performance.now()
    let startedMs: number | undefined
    const times = (): Times => {
      const endedMs = performance.now()
      return { waitedMs: (startedMs ?? endedMs) - arrivedMs, durationMs: endedMs - arrivedMs }
    }
    log.debug({}, 'request received')
    try {
      const stdout = await this.#turns.run(call, (signal) => {
        startedMs = performance.now()
        return this.#handle(call, { signal, log, trace })
      })
      const taken = times()
      log.info(rounded(taken), 'request done')
      this.#observe?.({ ...sampleOf(call), ...taken, error: undefined })
      return { stdout }
    } catch (error) {
      const [taken, failure] = [times(), callError(error, call)]
      log.error({ ...rounded(taken), code: failure.code, error }, 'request failed')
      this.#observe?.({ ...sampleOf(call), ...taken, error: failure })
      return { error: failure }
    }
  }
}

type Times = Pick<RequestSample, 'waitedMs' | 'durationMs'>

function sampleOf({ program, environment }: CniCall): Pick<RequestSample, 'program' | 'command'> {
  return { program, command: environment.CNI_COMMAND ?? '' }
}

/** As log lines have them, in tenths of a millisecond; the wait only where there was one. */
function rounded({ waitedMs, durationMs }: Times): object {
  const tenths = (ms: number): number => Math.round(ms * 10) / 10
  return { ms: tenths(durationMs), ...(waitedMs >= 1 && { waitedMs: tenths(waitedMs) }) }
}
