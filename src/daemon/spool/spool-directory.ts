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
const maxBroken = 64
// As ID_BYTES in shim/spool.c.
const idBytes = 64
const maxBytes = protocolLimits.frameBytes + 5
// A shim writes its file within seconds, or has died.
const unfinishedMs = 60 * 60_000

/** The directory in which shims keep requests. */
export class SpoolDirectory {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /**
   * The files that wait, the oldest first; none when there is no directory. What a shim has left unfinished is removed.
   *
   * @throws PlaitError `daemon/spool-unsafe`; an error of the system.
   */
  async list(): Promise<readonly SpoolFile[]> {
    if (!(await this.#isThere())) return []
    const names = (await readdir(this.path)).slice(0, maxFiles)
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

  /** Keeps a file that cannot be read for people to look at: the newest 64 of them. */
  async setAside({ name }: SpoolFile): Promise<string> {
    const kept = join(this.path, `${name}.broken`)
    await rename(join(this.path, name), kept)
    const broken = (await readdir(this.path)).filter((one) => one.endsWith('.broken'))
    const files = (await Promise.all(broken.map((one) => this.#look(one)))).filter(
      (file) => file !== undefined,
    )
    const surplus = files.toSorted((a, b) => b.writtenMs - a.writtenMs).slice(maxBroken)
    for (const one of surplus) await rm(join(this.path, one.name), { force: true })
    return kept
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

function unsafe(path: string): PlaitError {
  return new PlaitError(
    'daemon/spool-unsafe',
    `Cannot replay the requests in ${path}: others than root may write there; give it to root with mode 0700`,
  )
}
