// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of the lab: topology files, scenarios, clean-up. */
export const labErrors = {} as const satisfies ErrorEntries
