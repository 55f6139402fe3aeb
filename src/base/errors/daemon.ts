// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of the daemon, the shim and their installation. */
export const daemonErrors = {} as const satisfies ErrorEntries
