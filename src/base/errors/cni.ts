// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of the CNI protocol: versions, environment, results, foreign plugins. */
export const cniErrors = {
  'cni/plugin-missing': {
    cause:
      'No bundled plugin and no executable in the CNI directories has the type that a configuration names.',
    remedy: 'Correct "type", or install the plugin on the node.',
  },
} as const satisfies ErrorEntries
