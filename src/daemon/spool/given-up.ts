// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { SpoolEntry } from './spool-entry.ts'

/** How a spooled request was given up. */
export interface GivenUp {
  readonly tries: number
  /** Of the file that is kept. */
  readonly path: string
  readonly cause: Error
}

/** What people are told of a DEL that is not tried again. */
export function givenUp({ request, writtenMs }: SpoolEntry, { tries, path, cause }: GivenUp): PlaitError {
  const { CNI_CONTAINERID: container = '', CNI_IFNAME: ifName = '' } = request.environment
  const since = new Date(writtenMs).toISOString()
  return new PlaitError(
    'daemon/spool-given-up',
    `Cannot replay the DEL of ${ifName} in container ${container}, kept since ${since}: ${tries} tries have failed; mend that and rename ${path} to end with ".del" again, or delete it`,
    { cause },
  )
}
