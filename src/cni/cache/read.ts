// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { PlaitError, systemErrorCode } from '../../base/index.ts'
import type { JsonValue } from '../../base/index.ts'
import { parsePluginResult } from '../result/parse.ts'
import type { CniResult } from '../result/result.ts'
import { corruptSuffix } from './corrupt.ts'
import { parseCacheEntry } from './entry.ts'
import type { CachedAttachment } from './entry.ts'
import { cacheFilePath, resultsDirectory } from './path.ts'
import type { AttachmentKey } from './path.ts'

const filesPerTurn = 64

/**
 * The result of an attachment; undefined when there is no file for it. A file without the mark of libcni is
 * taken for a bare result.
 *
 * @throws PlaitError `cni/cache-failed` when the file cannot be read, CniError when it is of no use.
 */
export function readCachedResult(cacheDir: string, key: AttachmentKey): CniResult | undefined {
  const text = readIfPresent(cacheFilePath(cacheDir, key))
  return text === undefined ? undefined : parseCachedResult(text)
}

function readIfPresent(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw new PlaitError('cni/cache-failed', `error reading ${path}`, { cause: error })
  }
}

function parseCachedResult(text: Buffer): CniResult | undefined {
  const entry = parseCacheEntry(text)
  const result: JsonValue | undefined = entry.form === 'result' ? entry.result : entry.attachment.result
  return result === undefined ? undefined : parsePluginResult(result, '')
}

/** Which attachments are listed. */
export interface ListOptions {
  /** Of this container only. */
  readonly containerId?: string
  /** Names of files that are of no interest, and not read. */
  readonly except?: ReadonlySet<string>
}

/**
 * The attachments that are remembered, by file name. What cannot be read or lacks a name is left out, and no directory
 * is the same as an empty one.
 *
 * Reads at once: a file takes 0.02 ms, and the threads that would read it otherwise may all be waiting for links to be
 * deleted. Gives the loop a turn now and then, for the directory may be long.
 */
export async function listCachedAttachments(
  cacheDir: string,
  { containerId, except }: ListOptions = {},
): Promise<CachedAttachment[]> {
  const directory = resultsDirectory(cacheDir)
  const attachments: CachedAttachment[] = []
  for (const [index, name] of namesIn(directory, containerId).entries()) {
    if (index % filesPerTurn === filesPerTurn - 1) await setImmediate()
    const attachment = except?.has(name) ? undefined : readAttachment(join(directory, name))
    if (attachment === undefined) continue
    if (containerId === undefined || attachment.containerId === containerId) attachments.push(attachment)
  }
  return attachments
}

function namesIn(directory: string, containerId: string | undefined): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => mayBelongTo(name, containerId))
      .sort((a, b) => Buffer.from(a).compare(Buffer.from(b)))
  } catch {
    // Absent or unreadable: libcni says nothing is remembered, and GC goes on with the plugins.
    return []
  }
}

function mayBelongTo(name: string, containerId: string | undefined): boolean {
  if (name.startsWith('.') || name.endsWith(corruptSuffix)) return false
  if (containerId === undefined) return true
  const middle = `-${containerId}-`
  return name.includes(middle) && !name.startsWith(middle) && !name.endsWith(middle)
}

function readAttachment(path: string): CachedAttachment | undefined {
  try {
    const entry = parseCacheEntry(readFileSync(path))
    if (entry.form === 'result') return undefined
    const { networkName, ifName, containerId } = entry.attachment
    return networkName === '' || ifName === '' || containerId === '' ? undefined : entry.attachment
  } catch {
    // Removed meanwhile, a directory, or corrupt: DEL of that attachment keeps a corrupt file aside and says so.
    return undefined
  }
}
