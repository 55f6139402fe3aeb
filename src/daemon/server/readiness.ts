// SPDX-License-Identifier: Apache-2.0

import { oneLine } from '../../base/index.ts'

/** Something that must be so before this node is ready. */
export interface Condition {
  /** It is so. */
  meet(): void
  /** It is not, or no longer; the text says what is there instead. */
  fail(problem: string): void
}

/** What `/readyz` answers: which conditions there are, and what is wrong with those that are not met. */
export class Readiness {
  readonly #problems = new Map<string, string>()

  /** Adds a condition, which is not met until it is said to be. A name that is taken already is the same condition. */
  condition(name: string, problem: string): Condition {
    const fail = (text: string): void => void this.#problems.set(name, oneLine(text))
    fail(problem)
    return { meet: () => void this.#problems.delete(name), fail }
  }

  /** One line for each condition that is not met: `name: problem`. */
  get problems(): readonly string[] {
    return [...this.#problems].map(([name, problem]) => `${name}: ${problem}`)
  }
}
