// SPDX-License-Identifier: Apache-2.0

const most = 5
const windowMs = 600_000
const firstPauseMs = 100

/** How often a file is put back that another program takes away: five times in ten minutes, each time a little later. */
export class RestoreBudget {
  #times: number[] = []

  /**
   * The pause in milliseconds before putting the file back, which then counts; undefined when the budget is used up.
   *
   * @param now milliseconds of a clock that never goes back
   */
  spend(now: number): number | undefined {
    this.#times = this.#times.filter((time) => now - time < windowMs)
    const spent = this.#times.length
    if (spent >= most) return undefined
    this.#times.push(now)
    return spent === 0 ? 0 : firstPauseMs * 2 ** (spent - 1)
  }

  /** How often the file was put back within the window. */
  get spent(): number {
    return this.#times.length
  }
}
