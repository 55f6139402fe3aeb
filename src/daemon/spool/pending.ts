// SPDX-License-Identifier: Apache-2.0

import type { CniCall, HandleCall } from '../requests/cni-call.ts'
import { attachmentOf } from './spool-entry.ts'
import type { SpoolEntry } from './spool-entry.ts'

interface Pending {
  readonly entry: SpoolEntry
  readonly attachment: string
  tries: number
  /** When it may be tried again. */
  dueMs: number
  running: boolean
}

const firstPauseMs = 1000
// The times of files are those of the kernel's last tick.
const clockMs = 20
const longestPauseMs = 5 * 60_000

/** What the pending requests need of their directory. */
export interface PendingOptions {
  /** Removes what an ADD has made pointless. */
  readonly onSuperseded: (entry: SpoolEntry) => Promise<void>
  /** Adds what the directory holds of a container and nobody has noticed yet. */
  readonly lookFor: (container: string) => Promise<void>
}

/**
 * The spooled requests that wait. A DEL must not take away what a newer ADD has made: runtimes do not use a container
 * id twice, but then they do not lose a DEL either.
 */
export class PendingRequests {
  readonly #byName = new Map<string, Pending>()
  readonly #options: PendingOptions

  constructor(options: PendingOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#byName.size
  }

  /** Whether this very file is known. */
  has({ name, writtenMs }: Pick<SpoolEntry, 'name' | 'writtenMs'>): boolean {
    return this.#byName.get(name)?.entry.writtenMs === writtenMs
  }

  add(entry: SpoolEntry): void {
    const attachment = attachmentOf(entry.request)
    this.#byName.set(entry.name, { entry, attachment, tries: 0, dueMs: 0, running: false })
  }

  /** Forgets those whose files are gone. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#byName.keys()) if (!names.has(name)) this.#byName.delete(name)
  }

  /** Those whose time has come; they count as running from here on, until {@link done} or {@link failed}. */
  takeDue(nowMs: number): readonly SpoolEntry[] {
    const due = [...this.#byName.values()].filter(({ running, dueMs }) => !running && dueMs <= nowMs)
    for (const one of due) one.running = true
    return due.map(({ entry }) => entry)
  }

  /** When the next one is due; undefined when nothing waits. */
  nextDueMs(): number | undefined {
    const waiting = [...this.#byName.values()].filter(({ running }) => !running)
    return waiting.length === 0 ? undefined : Math.min(...waiting.map(({ dueMs }) => dueMs))
  }

  done(entry: SpoolEntry): void {
    if (this.has(entry)) this.#byName.delete(entry.name)
  }

  /** Tries again later: after 1 s, 2 s and so on up to 5 minutes. @returns how often it was tried. */
  failed(entry: SpoolEntry, nowMs: number): number {
    const pending = this.#byName.get(entry.name)
    if (pending?.entry !== entry) return 0
    pending.running = false
    pending.dueMs = nowMs + Math.min(firstPauseMs * 2 ** pending.tries++, longestPauseMs)
    return pending.tries
  }

  /** Handles calls as before, and watches which of them make a spooled request pointless. */
  guard(handle: HandleCall): HandleCall {
    return async (call, context) => {
      if (call.spooled !== undefined && !this.has(call.spooled)) return ''
      const startedMs = Date.now()
      const stdout = await handle(call, context)
      if (call.environment.CNI_COMMAND === 'ADD') await this.#supersede(call, startedMs)
      return stdout
    }
  }

  async #supersede(call: CniCall, startedMs: number): Promise<void> {
    await this.#options.lookFor(call.environment.CNI_CONTAINERID ?? '')
    const attachment = attachmentOf(call)
    for (const pending of this.#byName.values()) {
      if (pending.attachment !== attachment || pending.entry.writtenMs > startedMs - clockMs) continue
      this.done(pending.entry)
      await this.#options.onSuperseded(pending.entry)
    }
  }
}
