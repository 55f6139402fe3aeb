// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from './plait-error.ts'

/** A configuration value that cannot be used, with the path to it, such as `ipam.ranges[0].subnet`. */
export class ConfigError extends PlaitError {
  override readonly name = 'ConfigError'
  readonly path: string
  readonly problem: string

  constructor(path: string, problem: string, options?: { cause?: unknown }) {
    super('config/invalid', `${path}: ${problem}`, options)
    this.path = path
    this.problem = problem
  }
}
