// SPDX-License-Identifier: Apache-2.0

import { toError } from '../../base/index.ts'

/** What ends the wait. */
export interface TimeLimitOptions {
  readonly timeoutMs: number
  /** The reason of the signal when the time is over. */
  readonly onTimeout: () => Error
  /** Signals that end it earlier, with their own reasons. */
  readonly parents: readonly AbortSignal[]
}

/**
 * A signal that is aborted after a time or with one of its parents, and never again once it is disposed. Unlike
 * `AbortSignal.any`, it leaves no listener on parents that live as long as the process.
 */
export class TimeLimit implements Disposable {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #parents: readonly AbortSignal[]

  constructor({ timeoutMs, onTimeout, parents }: TimeLimitOptions) {
    this.#parents = parents
    this.#timer = setTimeout(() => this.#controller.abort(onTimeout()), timeoutMs)
    for (const parent of parents) {
      if (parent.aborted) this.#controller.abort(toError(parent.reason))
      parent.addEventListener('abort', this.#follow, { once: true })
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    for (const parent of this.#parents) parent.removeEventListener('abort', this.#follow)
  }

  readonly #follow = (event: Event): void => {
    if (event.target instanceof AbortSignal) this.#controller.abort(toError(event.target.reason))
  }
}
