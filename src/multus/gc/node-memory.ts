// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatGoJson, isJsonObject, parseJson, systemErrorCode, writeFileAtomic } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { fieldsOf } from '../decode.ts'

/** What cleaning up has to know of an earlier life of this node. */
export interface NodeMemory {
  /** The boot in which it was written. */
  readonly bootId: string
  /** Containers that are known to be gone and hold something still. */
  readonly gone: readonly string[]
  /** Where host-local keeps reservations on this node. */
  readonly dataDirs: readonly string[]
  /** The reservations that were there, by path, each with its {@link NodeReservation.mark}. */
  readonly reservations: ReadonlyMap<string, string>
}

const maxGone = 4096
const maxReservations = 65_536

// Container ids start with a letter or digit, so names with a dot are ours alone.
const fileName = '.node'

/** What was written down last; undefined when nothing was, or when it is of no use, which is logged. */
export function readNodeMemory(cniDir: string, log: Log): NodeMemory | undefined {
  const path = join(cniDir, fileName)
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    log.warn({ path, error }, 'what was known of this node cannot be used')
    return undefined
  }
}

/** Writes it down; a crash leaves the old file or the new one. @throws the error of the file system. */
export async function writeNodeMemory(cniDir: string, memory: NodeMemory): Promise<void> {
  const { bootId, gone, dataDirs, reservations } = memory
  const text = formatGoJson({
    bootId,
    gone: gone.slice(0, maxGone),
    dataDirs,
    reservations: Object.fromEntries([...reservations].slice(0, maxReservations)),
  })
  await writeFileAtomic(join(cniDir, fileName), text, { mode: 0o600 })
}

function parse(text: string): NodeMemory {
  const value = parseJson(text)
  const field = fieldsOf(isJsonObject(value) ? value : {}, 'node')
  const marks = Object.entries(field.object('reservations') ?? {})
  return {
    bootId: field.string('bootId') ?? '',
    gone: field.strings('gone') ?? [],
    dataDirs: field.strings('dataDirs') ?? [],
    reservations: new Map(marks.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
  }
}
