// SPDX-License-Identifier: Apache-2.0

import { open } from 'node:fs/promises'

/** Brings the names in a directory to the disk: what was made, renamed or removed there outlives a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r')
  await directory.sync()
}
