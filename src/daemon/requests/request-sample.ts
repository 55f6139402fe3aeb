// SPDX-License-Identifier: Apache-2.0

import type { CniError } from '../../cni/index.ts'

/** What one answered call was, for metrics. */
export interface RequestSample {
  /** The name that its caller was started under. */
  readonly program: string
  /** CNI_COMMAND as it came. */
  readonly command: string
  /** Until its turn came; the whole time when it never did. */
  readonly waitedMs: number
  /** From its arrival to its answer. */
  readonly durationMs: number
  /** What it was told, when it failed. */
  readonly error: CniError | undefined
}
