// SPDX-License-Identifier: Apache-2.0

import { constants } from 'node:fs'
import { lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PlaitError, systemErrorCode } from '../../base/index.ts'
import { protocolLimits } from '../protocol/limits.ts'
import { decodeSpooled } from './spool-entry.ts'
import type { SpoolEntry } from './spool-entry.ts'

/** Where the shim keeps requests unless it is told otherwise. */
export const defaultSpoolDir = '/var/lib/cni/plait/spool'

/** A file of the spool, not read yet. */
export interface SpoolFile {
  readonly name: string
  readonly writtenMs: number
}

// The shim keeps no more than 4096; files that were put there otherwise are no reason to read for ever.
const maxFiles = 8192
/** How many files are kept for people to look at, by why they are not replayed; the newest ones. */
const maxSetAside = { broken: 64, failed: 512 } as const
// As ID_BYTES in shim/spool.c.
const idBytes = 64
const maxBytes = protocolLimits.frameBytes + 5
// A shim writes its file within seconds, or has died.
const unfinishedMs = 60 * 60_000

/** Why a file was set aside: it cannot be read, or what it asks for fails. The ending of its name. */
export type AsideReason = keyof typeof maxSetAside

/** A file that was set aside. */
export interface SetAside {
  readonly path: string
  /** Older ones that had to make room. */
  readonly removed: readonly string[]
}

/** The directory in which shims keep requests. */
export class SpoolDirectory {
  readonly path: string
  #aside: Readonly<Record<AsideReason, number>> = { broken: 0, failed: 0 }

  constructor(path: string) {
    this.path = path
  }

  /** How many files were set aside when the directory was last listed. */
  get aside(): Readonly<Record<AsideReason, number>> {
    return this.#aside
  }

  /**
   * The files that wait, the oldest first; none when there is no directory. What a shim has left unfinished is removed.
   *
   * @throws PlaitError `daemon/spool-unsafe`; an error of the system.
   */
  async list(): Promise<readonly SpoolFile[]> {
    if (!(await this.#isThere())) return []
    const all = await readdir(this.path)
    this.#aside = { broken: countAside(all, 'broken'), failed: countAside(all, 'failed') }
    const names = all.slice(0, maxFiles)
    await this.#removeUnfinished(names.filter((name) => name.endsWith('.tmp')))
    const files = await Promise.all(
      names.filter((name) => name.endsWith('.del')).map((name) => this.#look(name)),
    )
    return files
      .filter((file) => file !== undefined)
      .toSorted((a, b) => a.writtenMs - b.writtenMs || (a.name < b.name ? -1 : 1))
  }

  /**
   * The files of one container: the shim begins their names with its id.
   *
   * @throws as {@link list}
   */
  async listOf(container: string): Promise<readonly SpoolFile[]> {
    if (!(await this.#isThere())) return []
    const start = `${container.slice(0, idBytes)}-`
    const names = (await readdir(this.path)).filter((name) => name.startsWith(start) && name.endsWith('.del'))
    const files = await Promise.all(names.map((name) => this.#look(name)))
    return files.filter((file) => file !== undefined)
  }

  /** Undefined when it has gone meanwhile. @throws ProtocolError when it is no request; an error of the system. */
  async read({ name }: SpoolFile): Promise<SpoolEntry | undefined> {
    try {
      return await this.#readWhole(name)
    } catch (error) {
      if ((await this.#look(name)) === undefined) return undefined
      throw error
    }
  }

  /** Takes a file away, unless a shim has replaced it meanwhile. */
  async remove({ name, writtenMs }: SpoolFile): Promise<void> {
    const found = await this.#look(name)
    if (found?.writtenMs === writtenMs) await rm(join(this.path, name), { force: true })
  }

  /** Keeps a file for people to look at; undefined when it has gone meanwhile, or a shim has replaced it. */
  async setAside({ name, writtenMs }: SpoolFile, reason: AsideReason): Promise<SetAside | undefined> {
    const found = await this.#look(name)
    if (found?.writtenMs !== writtenMs) return undefined
    const path = join(this.path, `${name}.${reason}`)
    await rename(join(this.path, name), path)
    return { path, removed: await this.#removeSurplus(reason) }
  }

  async #removeSurplus(reason: AsideReason): Promise<readonly string[]> {
    const names = (await readdir(this.path)).filter((name) => name.endsWith(`.${reason}`))
    const files = (await Promise.all(names.map((name) => this.#look(name)))).filter(
      (file) => file !== undefined,
    )
    const surplus = files.toSorted((a, b) => b.writtenMs - a.writtenMs).slice(maxSetAside[reason])
    for (const { name } of surplus) await rm(join(this.path, name), { force: true })
    return surplus.map(({ name }) => name)
  }

  async #readWhole(name: string): Promise<SpoolEntry> {
    await using file = await open(join(this.path, name), constants.O_RDONLY | constants.O_NOFOLLOW)
    const { mtimeMs, size } = await file.stat()
    const bytes = Buffer.alloc(Math.min(size, maxBytes + 1))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return { name, writtenMs: mtimeMs, request: decodeSpooled(bytes.subarray(0, bytesRead)) }
  }

  async #isThere(): Promise<boolean> {
    try {
      const { uid, mode } = await lstat(this.path)
      const isOurs = (uid === 0 || uid === process.geteuid?.()) && (mode & 0o022) === 0
      if (!isOurs) throw unsafe(this.path)
      return true
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false
      throw error
    }
  }

  async #look(name: string): Promise<SpoolFile | undefined> {
    try {
      const found = await lstat(join(this.path, name))
      return found.isFile() ? { name, writtenMs: found.mtimeMs } : undefined
    } catch {
      return undefined // gone meanwhile
    }
  }

  async #removeUnfinished(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const file = await this.#look(name)
      if (file !== undefined && file.writtenMs < Date.now() - unfinishedMs) {
        await rm(join(this.path, name), { force: true })
      }
    }
  }
}

function countAside(names: readonly string[], reason: AsideReason): number {
  return names.filter((name) => name.endsWith(`.${reason}`)).length
}

function unsafe(path: string): PlaitError {
  return new PlaitError(
    'daemon/spool-unsafe',
    `Cannot replay the requests in ${path}: others than root may write there; give it to root with mode 0700`,
  )
}
