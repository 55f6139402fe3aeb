// SPDX-License-Identifier: Apache-2.0

import { DirectoryEvents, Limiter } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { CniError, PluginHost } from '../../cni/index.ts'
import { ProtocolError } from '../protocol/protocol-error.ts'
import type { CniCall, HandleCall, Outcome } from '../requests/cni-call.ts'
import { givenUp } from './given-up.ts'
import { isOver, usualPatience } from './patience.ts'
import type { Patience } from './patience.ts'
import { PendingRequests } from './pending.ts'
import { SpoolDirectory } from './spool-directory.ts'
import type { AsideReason, SetAside, SpoolFile } from './spool-directory.ts'
import type { SpoolEntry } from './spool-entry.ts'

/** What a spool works with. */
export interface SpoolOptions {
  readonly directory: string
  /** Where plugins of its requests that are programs are run. */
  readonly host: PluginHost
  readonly log: Log
  /** Between two looks at the directory, for what is not noticed otherwise. @default 30000 */
  readonly lookMs?: number
  /** When a request that fails is set aside. @default three days */
  readonly patience?: Patience
}

// The rest of the daemon's turns is for callers that wait. How many wait here is bounded by the directory.
const turns = { concurrency: 8, maxWaiting: Infinity, what: 'a turn among the spooled requests' } as const
const defaultLookMs = 30_000
const changeMs = 20

/** Replays the DELs that shims have kept while there was no daemon. */
export class Spool implements AsyncDisposable {
  readonly #options: SpoolOptions
  readonly #directory: SpoolDirectory
  readonly #pending: PendingRequests
  readonly #events: DirectoryEvents
  readonly #turns = new Limiter(turns)
  #answer: ((call: CniCall) => Promise<Outcome>) | undefined
  #timer: NodeJS.Timeout | undefined
  #timerMs = 0
  #looking: Promise<void> | undefined
  #problem = ''

  constructor(options: SpoolOptions) {
    this.#options = options
    this.#directory = new SpoolDirectory(options.directory)
    this.#events = new DirectoryEvents([options.directory], () => this.#schedule(changeMs))
    this.#pending = new PendingRequests({
      onSuperseded: (entry) => this.#drop(entry),
      lookFor: (container) => this.#lookFor(container),
    })
  }

  /** How many requests wait: for metrics. */
  get length(): number {
    return this.#pending.size
  }

  /** How many requests were set aside, by why: for metrics. */
  get aside(): Readonly<Record<AsideReason, number>> {
    return this.#directory.aside
  }

  /** Handles calls so that no replayed DEL takes away what a newer ADD has made. */
  guard(handle: HandleCall): HandleCall {
    return this.#pending.guard(handle)
  }

  /** Begins to replay. @param answer runs a call in its turn, as for any other caller. */
  start(answer: (call: CniCall) => Promise<Outcome>): void {
    this.#answer = answer
    this.#schedule(0)
  }

  /** Replays nothing more; what runs is the dispatcher's to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#answer = undefined
    clearTimeout(this.#timer)
    this.#events[Symbol.dispose]()
    await this.#looking
  }

  // The earliest wins.
  #schedule(delayMs: number): void {
    const dueMs = performance.now() + delayMs
    if (this.#answer === undefined || (this.#timer !== undefined && this.#timerMs <= dueMs)) return
    clearTimeout(this.#timer)
    this.#timerMs = dueMs
    this.#timer = setTimeout(() => this.#onTimer(), delayMs)
    this.#timer.unref()
  }

  #onTimer(): void {
    this.#timer = undefined
    if (this.#looking !== undefined) return this.#schedule(changeMs)
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined
      this.#scheduleNext()
    })
  }

  #scheduleNext(): void {
    const { lookMs = defaultLookMs } = this.#options
    const dueMs = (this.#pending.nextDueMs() ?? Infinity) - Date.now()
    this.#schedule(Math.max(changeMs, Math.min(lookMs, dueMs)))
  }

  // Never fails: what goes wrong is said once, and tried again.
  async #look(): Promise<void> {
    try {
      this.#events.open()
      const files = await this.#directory.list()
      this.#pending.keepOnly(new Set(files.map(({ name }) => name)))
      const taken = await this.#take(files)
      if (taken) this.#problem = ''
    } catch (error) {
      this.#complain(error)
    }
    for (const entry of this.#pending.takeDue(Date.now())) void this.#replay(entry)
  }

  /** What is there of a container and was not noticed yet. */
  async #lookFor(container: string): Promise<void> {
    try {
      await this.#take(await this.#directory.listOf(container))
    } catch (error) {
      this.#complain(error)
    }
  }

  /** Takes in what is not known yet; one that cannot be read does not hold up the others. @returns whether all could. */
  async #take(files: readonly SpoolFile[]): Promise<boolean> {
    let taken = true
    for (const file of files) {
      if (this.#pending.has(file)) continue
      try {
        await this.#takeOne(file)
      } catch (error) {
        taken = false
        this.#complain(error)
      }
    }
    return taken
  }

  async #takeOne(file: SpoolFile): Promise<void> {
    try {
      const entry = await this.#directory.read(file)
      if (entry !== undefined && !this.#pending.has(entry)) this.#pending.add(entry)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const kept = await this.#directory.setAside(file, 'broken')
      if (kept === undefined) return
      this.#options.log.error({ error, file: kept.path }, 'spooled request set aside: it cannot be read')
      this.#tellRemoved(kept)
    }
  }

  async #replay(entry: SpoolEntry): Promise<void> {
    const { host, log } = this.#options
    const outcome = await this.#turns.run(async () => {
      const call = { ...entry.request, gone: new AbortController().signal, host, spooled: entry }
      return this.#answer?.(call)
    })
    if (outcome === undefined) this.#pending.failed(entry, Date.now())
    else if ('error' in outcome) await this.#failed(entry, outcome.error)
    else await this.#remove(entry)
    if (outcome !== undefined && this.#pending.size === 0) log.info({}, 'spool is empty')
    this.#scheduleNext()
  }

  async #failed(entry: SpoolEntry, error: CniError): Promise<void> {
    const { patience = usualPatience, log } = this.#options
    const tries = this.#pending.failed(entry, Date.now())
    if (!isOver({ ...entry, tries }, patience, Date.now())) return
    try {
      const kept = await this.#directory.setAside(entry, 'failed')
      if (kept === undefined) return
      this.#pending.done(entry)
      const failure = givenUp(entry, { tries, path: kept.path, cause: error })
      log.error({ error: failure }, 'spooled request set aside: it fails')
      this.#tellRemoved(kept)
    } catch (problem) {
      this.#complain(problem)
    }
  }

  #tellRemoved({ removed }: SetAside): void {
    if (removed.length > 0)
      this.#options.log.warn({ removed }, 'spooled requests removed: too many are set aside')
  }

  async #remove(entry: SpoolEntry): Promise<void> {
    try {
      await this.#directory.remove(entry)
      this.#pending.done(entry)
    } catch (error) {
      this.#pending.failed(entry, Date.now())
      this.#complain(error)
    }
  }

  async #drop(entry: SpoolEntry): Promise<void> {
    const { name: file } = entry
    this.#options.log.warn({ file }, 'spooled request dropped: a newer ADD has succeeded')
    await this.#directory.remove(entry).catch((error: unknown) => this.#complain(error))
  }

  #complain(error: unknown): void {
    const problem = String(error)
    if (problem !== this.#problem) this.#options.log.error({ error }, 'spool cannot be read')
    this.#problem = problem
  }
}
