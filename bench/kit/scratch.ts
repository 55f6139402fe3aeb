// SPDX-License-Identifier: Apache-2.0

import { mkdirSync } from 'node:fs'

/** A directory for what the measurements write, in memory and gone with their mount namespace. */
export function scratch(): string {
  const path = '/run/plait-bench'
  mkdirSync(path, { recursive: true })
  return path
}
