// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PlaitError, runCommand } from '../../base/index.ts'

/** The directory that this program runs from. */
export const checkout: string = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

const buildTimeoutMs = 120_000

/** The path of the shim's program, built when it is not there yet. @throws PlaitError `lab/shim-missing` */
export async function ensureShim(): Promise<string> {
  const path = join(checkout, 'build/multus-shim')
  if (existsSync(path)) return path
  try {
    await runCommand(['make', '-s', '-C', join(checkout, 'shim')], { timeoutMs: buildTimeoutMs })
    return path
  } catch (error) {
    const message = `Cannot find the shim at ${path}, nor build it; as one who may write there, run: make -C shim`
    throw new PlaitError('lab/shim-missing', message, { cause: error })
  }
}
