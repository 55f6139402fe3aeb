// SPDX-License-Identifier: Apache-2.0

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { scratch } from './scratch.ts'

/** Makes what is measured: the bundle, as an image has it. */
export function makeBundle(): void {
  const tool = join(import.meta.dirname, '../../tools/bundle.ts')
  execFileSync(process.execPath, [tool, inBundle('.')], { stdio: 'inherit' })
}

/** A path of the bundle. */
export function inBundle(path: string): string {
  return join(scratch(), 'bundle', path)
}
