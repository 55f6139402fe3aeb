// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures of address management. */
export const ipamErrors = {
  'ipam/range-exhausted': {
    cause: 'Every address of the range is taken.',
    remedy: 'Enlarge the range, or remove allocations of pods that no longer exist.',
  },
  'ipam/duplicate-address': {
    cause: 'Another station on the network has the fixed address already: it answered an ARP probe.',
    remedy:
      'Give the pod another address, end the other holder, or set "duplicateAddresses" in the ipam section.',
  },
  'ipam/address-refused': {
    cause:
      'An address that was asked for is taken, is the gateway, lies in no range, or the container has one already.',
    remedy: 'Ask for a free address of the ranges, or leave the choice to the plugin.',
  },
  'ipam/reservation-missing': {
    cause: 'No reservation of the attachment is in the data directory.',
    remedy: 'Delete the pod, so that it gets an address of its own again; find out who removed the file.',
  },
  'ipam/store-unusable': {
    cause: 'The directory of reservations cannot be made, locked or written.',
    remedy: 'Free space on its file system, make it writable, or set "dataDir" in the ipam configuration.',
  },
} as const satisfies ErrorEntries
