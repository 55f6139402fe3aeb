// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of address management. */
export const ipamErrors = {
  'ipam/range-exhausted': {
    cause: 'Every address of the range is taken.',
    remedy: 'Enlarge the range, or remove allocations of pods that no longer exist.',
  },
} as const satisfies ErrorEntries
