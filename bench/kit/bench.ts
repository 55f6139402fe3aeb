// SPDX-License-Identifier: Apache-2.0

import type { Launcher } from './launcher.ts'

/** What every section works with. */
export interface Bench {
  readonly launcher: Launcher
  /** Times that each contender does each thing. */
  readonly rounds: number
}
