// SPDX-License-Identifier: Apache-2.0

import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { readdir, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { toError } from '../errors/to-error.ts'

/** Which log files that are full are kept, as upstream's `logOptions` say it. */
export interface BackupLimits {
  /** How many; 0 for any number. */
  readonly maxBackups: number
  /** How old they may become; 0 for any age. */
  readonly maxAgeDays: number
  /** Whether they are compressed. */
  readonly compress: boolean
}

const dayMs = 24 * 60 * 60 * 1000

/** Where a full log file is moved to, such as `multus-2026-01-31T08-15-00.000.log`: upstream's names, in UTC. */
export function backupPath(path: string, nowMs: number): string {
  const [stem, extension] = parts(path)
  for (let ms = nowMs; ; ms++) {
    const backup = join(
      dirname(path),
      `${stem}${new Date(ms).toISOString().slice(0, -1).replaceAll(':', '-')}${extension}`,
    )
    if (!existsSync(backup) && !existsSync(`${backup}.gz`)) return backup
  }
}

/**
 * Removes the full log files of `path` that are too many or too old, and compresses the others.
 *
 * @throws the system's error; what could be done is done, and the next call goes on.
 */
export async function tidyBackups(path: string, limits: BackupLimits, nowMs: number): Promise<void> {
  const { maxBackups, maxAgeDays, compress } = limits
  const backups = await listBackups(path)
  const isKept = ({ madeMs }: Backup, place: number): boolean =>
    (maxBackups === 0 || place < maxBackups) && (maxAgeDays === 0 || nowMs - madeMs <= maxAgeDays * dayMs)
  const kept = new Set(backups.filter(({ isHalf }) => !isHalf).filter(isKept))
  const large = [...kept].filter((backup) => compress && !backup.path.endsWith('.gz'))
  // First what makes room: a full disk is no place to compress.
  const steps = [
    ...backups.filter((backup) => !kept.has(backup)).map((backup) => () => unlink(backup.path)),
    ...large.map((backup) => () => compressFile(backup.path)),
  ]
  const problems: unknown[] = []
  for (const step of steps) await step().catch((error: unknown) => problems.push(error))
  if (problems.length > 0) throw toError(problems[0])
}

interface Backup {
  readonly path: string
  readonly madeMs: number
  /** Whether a process ended while it compressed it; the whole file is still there. */
  readonly isHalf: boolean
}

const halfEnd = '.gz.tmp'

// The newest first.
async function listBackups(path: string): Promise<readonly Backup[]> {
  const [stem, extension] = parts(path)
  const directory = dirname(path)
  const found = (await readdir(directory)).flatMap((name) => {
    const end = [halfEnd, '.gz', ''].map((one) => extension + one).find((one) => name.endsWith(one))
    if (!name.startsWith(stem) || end === undefined) return []
    const [, date, hours, minutes, seconds] =
      /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/.exec(
        name.slice(stem.length, name.length - end.length),
      ) ?? []
    const madeMs = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`)
    return Number.isNaN(madeMs)
      ? []
      : [{ path: join(directory, name), madeMs, isHalf: name.endsWith(halfEnd) }]
  })
  return found.toSorted((a, b) => b.madeMs - a.madeMs)
}

async function compressFile(path: string): Promise<void> {
  // Loaded for the first full file only.
  const { createGzip } = await import('node:zlib')
  const temporary = path + halfEnd
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(temporary, { mode: 0o600 }))
    await rename(temporary, `${path}.gz`)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await unlink(path)
}

function parts(path: string): readonly [stem: string, extension: string] {
  const extension = extname(path)
  return [`${basename(path, extension)}-`, extension]
}
