// SPDX-License-Identifier: Apache-2.0

/** The steps that take back what has been done so far, last one first. */
export class UndoStack {
  readonly #steps: { label: string; undo: () => void | Promise<void> }[] = []

  /** Adds the step that takes back what was just done; the label completes "Cannot undo …". */
  push(label: string, undo: () => void | Promise<void>): void {
    this.#steps.push({ label, undo })
  }

  /**
   * Runs all steps backwards, each although another failed, and forgets them.
   *
   * @returns what could not be undone; empty when all could.
   */
  async rollback(): Promise<Error[]> {
    const failures: Error[] = []
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.undo()
      } catch (error) {
        failures.push(new Error(`Cannot undo ${step.label}`, { cause: error }))
      }
    }
    return failures
  }

  /** Forgets all steps: what was done shall stay. */
  clear(): void {
    this.#steps.length = 0
  }
}
