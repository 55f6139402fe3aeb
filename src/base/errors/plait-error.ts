// SPDX-License-Identifier: Apache-2.0

import type { ErrorId } from './catalogue.ts'

/** An error with an id of the catalogue; the message follows the grammar "Cannot <do> <on what>: <what is>; <what to do>". */
export class PlaitError extends Error {
  override readonly name: string = 'PlaitError'
  readonly id: ErrorId

  constructor(id: ErrorId, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.id = id
  }
}
