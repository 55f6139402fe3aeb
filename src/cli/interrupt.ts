// SPDX-License-Identifier: Apache-2.0

import { constants } from 'node:os'

/** The user, or somebody else, asked the program to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

/** A signal that is aborted by Ctrl-C, SIGTERM and the end of the terminal; a second one ends the program at once. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(128 + constants.signals[name])
      controller.abort(new Interrupted(name))
    })
  }
  return controller.signal
}
