// SPDX-License-Identifier: Apache-2.0

import { delay, describeError, errorIdOf, KeyedMutex, Limiter, PlaitError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { CniError, cniErrorCode, toCniError } from '../../cni/index.ts'
import { isMultusProgram } from './cni-call.ts'
import type { CniCall, HandleCall, Outcome } from './cni-call.ts'
import { describeCall } from './describe-call.ts'
import { TimeLimit } from './time-limit.ts'

/** How much the daemon does at once, and how long anything may take. */
export interface DispatchLimits {
  /** Calls for Multus that run at the same time, and as many for stand-alone plugins. */
  readonly concurrency: number
  /** Calls that may wait for their turn. */
  readonly waiting: number
  /** How long a call may wait for its turn. */
  readonly waitMs: number
  /** How long a call may run; an ADD is undone then. Less than the shim's own limit, so that the shim hears why. */
  readonly runMs: number
}

/** Bounds that suit a node of any size. */
const defaultDispatchLimits: DispatchLimits = {
  concurrency: 64,
  waiting: 1024,
  waitMs: 60_000,
  runMs: 180_000,
}

/** What a {@link Dispatcher} works with. */
export interface DispatcherOptions {
  readonly handle: HandleCall
  readonly log: Log
  readonly limits?: Partial<DispatchLimits>
}

/** How long a stop may take. */
export interface StopLimits {
  /** Until running calls have ended by themselves. */
  readonly drainMs: number
  /** From then on, until the ADDs among them are undone. */
  readonly undoMs: number
}

/**
 * Gives each call its turn. Calls for the same container run one after the other; calls for different ones side
 * by side up to a bound, in the order of their arrival. Stand-alone plugins have a bound of their own: a plugin
 * on the host that runs `host-local` through the shim is part of a call that runs already, and must not wait
 * for a place or a container that this call holds.
 */
export class Dispatcher {
  readonly #handle: HandleCall
  readonly #log: Log
  readonly #limits: DispatchLimits
  readonly #containers = new KeyedMutex()
  readonly #multus: Limiter
  readonly #plugins: Limiter
  readonly #active = new Set<Promise<unknown>>()
  readonly #refuse = new AbortController()
  readonly #abort = new AbortController()
  #count = 0

  constructor({ handle, log, limits }: DispatcherOptions) {
    this.#handle = handle
    this.#log = log
    this.#limits = { ...defaultDispatchLimits, ...limits }
    const { concurrency, waiting: maxWaiting } = this.#limits
    this.#multus = new Limiter({ concurrency, maxWaiting, what: 'a turn among the requests' })
    this.#plugins = new Limiter({ concurrency, maxWaiting, what: 'a turn among the plugins' })
  }

  /** Whether no new calls are taken. */
  get isStopping(): boolean {
    return this.#refuse.signal.aborted
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
    this.#refuse.abort(stopping())
    if (await this.#isDrained(drainMs)) return true
    this.#abort.abort(stopping())
    return this.#isDrained(undoMs)
  }

  async #isDrained(timeoutMs: number): Promise<boolean> {
    const cancel = new AbortController()
    const late = delay(timeoutMs, cancel.signal).then(
      () => false,
      () => false,
    )
    const drained = Promise.all(this.#active).then(() => true)
    const result = await Promise.race([drained, late])
    cancel.abort()
    return result
  }

  async #run(call: CniCall): Promise<Outcome> {
    const log = this.#log.child({ request: ++this.#count, ...describeCall(call) })
    const startedMs = performance.now()
    log.debug({}, 'request received')
    try {
      const stdout = await this.#inTurn(call)
      log.info({ ms: since(startedMs) }, 'request done')
      return { stdout }
    } catch (error) {
      const failure = toAnswer(error, call)
      log.error({ ms: since(startedMs), code: failure.code, error }, 'request failed')
      return { error: failure }
    }
  }

  async #inTurn(call: CniCall): Promise<string> {
    const { waitMs } = this.#limits
    using wait = new TimeLimit({
      timeoutMs: waitMs,
      onTimeout: () => busy(waitMs),
      parents: [call.gone, this.#refuse.signal],
    })
    const { signal } = wait
    const start = async (): Promise<string> => {
      wait[Symbol.dispose]()
      return this.#start(call)
    }
    if (!isMultusProgram(call.program)) return await this.#plugins.run(start, { signal })
    const inTurn = (): Promise<string> => this.#multus.run(start, { signal })
    const container = call.environment.CNI_CONTAINERID
    return container ? await this.#containers.run(container, inTurn, { signal }) : await inTurn()
  }

  // Only an ADD is given up when its caller has gone or the daemon stops: what it made is taken back. Taking away
  // goes on, and has the deadline only.
  async #start(call: CniCall): Promise<string> {
    const isAdd = call.environment.CNI_COMMAND === 'ADD'
    const { runMs } = this.#limits
    using limit = new TimeLimit({
      timeoutMs: runMs,
      onTimeout: () => overdue(runMs),
      parents: isAdd ? [call.gone, this.#abort.signal] : [],
    })
    try {
      return await this.#handle(call, { signal: limit.signal })
    } catch (error) {
      if (limit.signal.aborted) throw givenUp(error, limit.signal)
      throw error
    }
  }
}

/** The text of the error says what was undone; the signal's reason says why. */
function givenUp(error: unknown, signal: AbortSignal): CniError {
  const id = errorIdOf(signal.reason) ?? 'daemon/request-timeout'
  const [why, what] = [describeError(signal.reason), describeError(error)]
  const message = what.includes(why) ? what : `${why}: ${what}`
  return new CniError(cniErrorCode.tryAgainLater, message, { cause: error, id })
}

const tryAgainIds = new Set<string | undefined>([
  'daemon/busy',
  'daemon/stopping',
  'daemon/caller-gone',
  'system/queue-full',
])

function toAnswer(error: unknown, { environment }: CniCall): CniError {
  if (error instanceof CniError || !tryAgainIds.has(errorIdOf(error))) return toCniError(error)
  const { notAvailable, tryAgainLater } = cniErrorCode
  const code = environment.CNI_COMMAND === 'STATUS' ? notAvailable : tryAgainLater
  return new CniError(code, describeError(error), { cause: error })
}

function stopping(): PlaitError {
  return new PlaitError('daemon/stopping', 'Cannot run the request: the daemon is stopping; try again later')
}

function busy(waitMs: number): PlaitError {
  const text = `Cannot run the request: its turn did not come within ${waitMs / 1000} s; try again later`
  return new PlaitError('daemon/busy', text)
}

function overdue(runMs: number): PlaitError {
  const text = `Cannot finish the request: it took longer than ${runMs / 1000} s; try again later`
  return new PlaitError('daemon/request-timeout', text)
}

function since(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 10) / 10
}
