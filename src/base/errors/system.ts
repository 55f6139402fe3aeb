// SPDX-License-Identifier: Apache-2.0

import type { ErrorEntries } from './entry.ts'

/** Failures below any room: child processes, deadlines, queues. */
export const systemErrors = {
  'system/command-failed': {
    cause: 'A program that was started ended with an error, was missing, or gave more output than allowed.',
    remedy: 'Run the command from the message in a shell of the same node and read what it prints.',
  },
  'system/timeout': {
    cause: 'Something did not happen before its deadline.',
    remedy: 'The message names what was waited for; look why that is slow or absent.',
  },
  'system/queue-full': {
    cause: 'More work was waiting for one resource than may wait.',
    remedy: 'Look what holds the resource named in the message; the caller may try again later.',
  },
  'system/lock-timeout': {
    cause: 'Another process held a lock file for longer than the time allowed.',
    remedy: 'Look which process holds it ("lslocks") and whether it hangs.',
  },
} as const satisfies ErrorEntries
