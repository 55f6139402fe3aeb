// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** Compiles a C program of this folder. */
export function compile(source: string, output: string): void {
  const path = join(import.meta.dirname, source)
  const { status, stderr } = spawnSync('cc', ['-O2', '-o', output, path], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`Cannot compile ${path}: ${stderr}`)
}
