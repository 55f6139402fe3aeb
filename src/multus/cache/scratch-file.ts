// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describeError, PlaitError, removeFile, replaceFile, systemErrorCode } from '../../base/index.ts'
import { validateContainerId } from '../../cni/index.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { formatScratchFile } from './scratch-format.ts'
import type { Sandbox } from './scratch-format.ts'
import { parseSandbox, parseScratchFile } from './scratch-parse.ts'

/** Where a pod's file is. Container ids start with a letter or digit, so names with a dot are ours alone. */
export interface ScratchKey {
  readonly cniDir: string
  readonly containerId: string
}

const asidePrefix = '.corrupt-'
const keptAside = 64

/**
 * Writes down how a pod is about to be attached, before anything is executed (ADD-6). A reader sees the old
 * file or the new one whole. Not synced to the disk, because every ADD waits for it: after a power failure
 * the pods are gone too.
 *
 * @throws PlaitError `multus/cache-failed`.
 */
export function writeScratchFile(
  { cniDir, containerId }: ScratchKey,
  delegates: readonly Delegate[],
  sandbox?: Sandbox,
): void {
  validateContainerId(containerId)
  const temporary = join(cniDir, `.${containerId}.tmp`)
  try {
    replaceFile(join(cniDir, containerId), temporary, formatScratchFile(delegates, sandbox))
  } catch (error) {
    const problem = `Cannot write ${join(cniDir, containerId)}: ${describeError(error)}`
    throw new PlaitError('multus/cache-failed', problem, { cause: error })
  }
}

/**
 * How a pod was attached; undefined when there is no file.
 *
 * @throws PlaitError `multus/cache-failed` when it cannot be read, `multus/cache-corrupt` when it is of no use.
 */
export function readScratchFile({ cniDir, containerId }: ScratchKey): readonly Delegate[] | undefined {
  validateContainerId(containerId)
  const path = join(cniDir, containerId)
  const text = readText(path)
  if (text === undefined) return undefined
  try {
    return parseScratchFile(text)
  } catch (error) {
    throw new PlaitError('multus/cache-corrupt', `Cannot use ${path}: ${describeError(error)}`, {
      cause: error,
    })
  }
}

/** Which sandbox the file of a container is about; undefined when it does not say. */
export function readSandbox({ cniDir, containerId }: ScratchKey): Sandbox | undefined {
  validateContainerId(containerId)
  const text = readText(join(cniDir, containerId))
  return text === undefined ? undefined : parseSandbox(text)
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw new PlaitError('multus/cache-failed', `Cannot read ${path}: ${describeError(error)}`, {
      cause: error,
    })
  }
}

/** Forgets how a pod was attached; a file that is not there is no error. */
export function removeScratchFile({ cniDir, containerId }: ScratchKey): void {
  validateContainerId(containerId)
  removeFile(join(cniDir, containerId))
}

/**
 * Renames a file that cannot be used, so that a person can look at it; at most 64 such files are kept.
 *
 * @returns where it is.
 */
export function keepScratchFileAside({ cniDir, containerId }: ScratchKey): string {
  validateContainerId(containerId)
  const aside = join(cniDir, `${asidePrefix}${containerId}`)
  renameSync(join(cniDir, containerId), aside)
  const others = readdirSync(cniDir).filter(
    (name) => name.startsWith(asidePrefix) && join(cniDir, name) !== aside,
  )
  for (const name of others.slice(keptAside - 1)) removeFile(join(cniDir, name))
  return aside
}

/** A container that has a file. */
export interface ScratchRecord {
  readonly containerId: string
  /** When the ADD began; milliseconds since 1970. */
  readonly writtenMs: number
}

/** The containers that have a file, in no order; no directory is the same as none. */
export function listScratchFiles(cniDir: string): readonly ScratchRecord[] {
  try {
    return readdirSync(cniDir, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ name }) => ({ containerId: name, writtenMs: writtenMs(join(cniDir, name)) }))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw new PlaitError('multus/cache-failed', `Cannot list ${cniDir}: ${describeError(error)}`, {
      cause: error,
    })
  }
}

// One that a DEL has just removed counts as old.
function writtenMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
