// SPDX-License-Identifier: Apache-2.0

/** The failure that a test put in the way of a call. */
class InjectedFailure extends Error {
  override readonly name = 'InjectedFailure'
}

/** Counts the calls to the kernel and the changes to files, and fails one of them. */
export class Injector {
  #seen = 0
  #failAt: number | undefined

  /** Forgets what it has seen; the call of this number (from 1) will fail, once. */
  arm(failAt?: number): void {
    this.#seen = 0
    this.#failAt = failAt
  }

  /** Whether the failure has happened since it was armed. */
  get hasFailed(): boolean {
    return this.#failAt !== undefined && this.#seen >= this.#failAt
  }

  /** To be called before each call to the kernel. @throws InjectedFailure when it is its turn. */
  readonly beforeCall = (call: string): void => {
    this.#seen++
    if (this.#seen === this.#failAt) throw new InjectedFailure(`injected before ${call}`)
  }
}
