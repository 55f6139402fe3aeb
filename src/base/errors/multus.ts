// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of a pod's attachments: annotations, network attachment definitions, delegates. */
export const multusErrors = {} as const satisfies ErrorEntries
