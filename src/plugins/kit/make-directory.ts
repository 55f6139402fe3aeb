// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../../base/index.ts'

/**
 * Makes a directory and those above it; one that is there is fine. (Node's own recursive mkdir never ends where the
 * kernel says ENOENT below a directory that exists, as in /proc, and the path may be foreign.)
 *
 * @throws Error of mkdir(2).
 */
export function makeDirectory(path: string, mode: number): void {
  try {
    makeOne(path, mode)
  } catch (error) {
    const parent = dirname(path)
    if (systemErrorCode(error) !== 'ENOENT' || parent === path) throw error
    makeDirectory(parent, mode)
    makeOne(path, mode)
  }
}

function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error
  }
}
