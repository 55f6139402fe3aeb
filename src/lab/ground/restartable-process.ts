// SPDX-License-Identifier: Apache-2.0

import { LabProcess } from './lab-process.ts'
import type { LabProcessOptions } from './lab-process.ts'

/** A long-running process of the lab that a scenario may stop and start again; it runs from construction. */
export class RestartableProcess {
  readonly #options: LabProcessOptions
  #process: LabProcess

  constructor(options: LabProcessOptions) {
    this.#options = options
    this.#process = new LabProcess(options)
  }

  /** @throws PlaitError with its last lines when it has ended */
  checkRunning(): void {
    this.#process.checkRunning()
  }

  /** Starts it after it was stopped. */
  start(): void {
    this.#process = new LabProcess(this.#options)
  }

  /** Asks it to end, and ends it when it does not. */
  async stop(): Promise<void> {
    await this.#process.end()
  }
}
