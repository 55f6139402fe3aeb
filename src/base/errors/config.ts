// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of what a person or another program wrote: configuration, JSON, addresses. */
export const configErrors = {
  'config/invalid': {
    cause: 'A configuration field has a value that cannot be used.',
    remedy: 'Correct the field that the message names.',
  },
  'config/json-invalid': {
    cause: 'Text that should be JSON is not.',
    remedy:
      'Check the text with a JSON parser such as jq; look for a missing quote, a trailing comma or cut-off text.',
  },
  'config/ip-invalid': {
    cause: 'Text that should be an IP address or a CIDR is not.',
    remedy:
      'Write addresses without leading zeros or zone, and CIDRs with a prefix length, such as 10.1.2.3/24.',
  },
  'config/mac-invalid': {
    cause: 'Text that should be a hardware address is not.',
    remedy: 'Write six hexadecimal pairs, such as 02:00:5e:10:00:01.',
  },
} as const satisfies ErrorEntries
