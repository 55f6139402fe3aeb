// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf } from '../base/index.ts'
import type { ErrorId } from '../base/index.ts'

/** One step of an attempt, such as `nad` or `attach net1`. */
export interface JournalStep {
  readonly step: string
  readonly durationMs: number
  /** Present on those that failed. */
  readonly failed?: true
}

/** What one command did for one pod: enough to say later why the pod has no `net1`. */
export interface JournalEntry {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly containerId: string
  readonly command: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly durationMs: number
  /** In the order in which they ended; networks may be attached side by side. */
  readonly steps: readonly JournalStep[]
  readonly errorId?: ErrorId
  readonly error?: string
}

/** Whom an attempt is for. */
export type AttemptOf = Pick<JournalEntry, 'namespace' | 'name' | 'uid' | 'containerId' | 'command'>

/** An attempt that runs. */
export interface Attempt {
  /** Measures one step; its failure goes on to the caller. */
  step<T>(name: string, run: () => T | Promise<T>): Promise<T>
  /** Writes the attempt down; called once. */
  end(error?: unknown): JournalEntry
}

/** Bounds of a journal. */
export interface JournalOptions {
  /** The pods that are remembered; the one that was quiet longest is forgotten first. @default 1024 */
  readonly maxPods?: number
  /** Attempts per pod. @default 8 */
  readonly maxAttempts?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const maxSteps = 600
const maxErrorLength = 1000

/** The last attempts of each pod, in memory and bounded (design §9). */
export class Journal {
  readonly #pods = new Map<string, readonly JournalEntry[]>()
  readonly #maxPods: number
  readonly #maxAttempts: number
  readonly #now: () => number

  constructor({ maxPods = 1024, maxAttempts = 8, now = Date.now }: JournalOptions = {}) {
    this.#maxPods = maxPods
    this.#maxAttempts = maxAttempts
    this.#now = now
  }

  /** Starts to measure one command. */
  begin(of: AttemptOf): Attempt {
    const startedAt = this.#now()
    const start = performance.now()
    const steps: JournalStep[] = []
    return {
      step: async (step, run) => {
        const from = performance.now()
        const note = (outcome: Pick<JournalStep, 'failed'>): void => {
          if (steps.length < maxSteps) steps.push({ step, durationMs: performance.now() - from, ...outcome })
        }
        try {
          const result = await run()
          note({})
          return result
        } catch (error) {
          note({ failed: true })
          throw error
        }
      },
      end: (error) => {
        const entry = { ...of, startedAt, durationMs: performance.now() - start, steps, ...failureOf(error) }
        this.#add(entry)
        return entry
      },
    }
  }

  /** The attempts for one pod, oldest first. */
  of(namespace: string, name: string): readonly JournalEntry[] {
    return this.#pods.get(`${namespace}/${name}`) ?? []
  }

  /** All that is remembered, pods in the order of their last attempt. */
  all(): readonly JournalEntry[] {
    return [...this.#pods.values()].flat()
  }

  #add(entry: JournalEntry): void {
    const key = `${entry.namespace}/${entry.name}`
    const entries = [...(this.#pods.get(key) ?? []), entry].slice(-this.#maxAttempts)
    this.#pods.delete(key)
    this.#pods.set(key, entries)
    const [oldest] = this.#pods.keys()
    if (this.#pods.size > this.#maxPods && oldest !== undefined) this.#pods.delete(oldest)
  }
}

function failureOf(error: unknown): Pick<JournalEntry, 'errorId' | 'error'> {
  if (error === undefined) return {}
  const errorId = errorIdOf(error)
  return { ...(errorId && { errorId }), error: describeError(error).slice(0, maxErrorLength) }
}
