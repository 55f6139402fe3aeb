// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { isJsonObject, parseJson, systemErrorCode, writeFileAtomic } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'

/**
 * The file that was the default network last, as a state file tells; undefined when nothing can be read there: then
 * the choice is made as on a fresh node.
 */
export function readRememberedChoice(path: string, log: Log): string | undefined {
  try {
    const state = parseJson(readFileSync(path))
    if (isJsonObject(state) && typeof state.file === 'string') return state.file
    log.warn({ path }, 'the remembered default network cannot be understood')
  } catch (error) {
    const isFresh = systemErrorCode(error) === 'ENOENT'
    if (!isFresh) log.warn({ path, error }, 'the remembered default network cannot be read')
  }
  return undefined
}

/** Remembers the default network over restarts and reboots. */
export async function rememberChoice(path: string, file: string): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify({ file })}\n`, { mode: 0o600, directoryMode: 0o700 })
}
