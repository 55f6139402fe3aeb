// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'

/** A path that cannot be used as a network namespace; the message is the one of the Go plugins. */
export class NamespaceError extends PlaitError {
  override readonly name = 'NamespaceError'
  readonly path: string

  constructor(id: 'net/namespace-missing' | 'net/not-a-namespace', path: string, problem: string) {
    super(id, problem)
    this.path = path
  }
}
