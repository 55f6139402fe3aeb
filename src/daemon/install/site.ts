// SPDX-License-Identifier: Apache-2.0

import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { FileLock } from '../../linux/index.ts'
import { callsShim } from './calls-shim.ts'
import { absent, fingerprint, fingerprintOf } from './fingerprint.ts'
import { Manifest } from './manifest.ts'
import type { Entry } from './manifest.ts'
import { NodeFiles } from './node-files.ts'
import type { BeforeStep, Content } from './node-files.ts'

/** Where the parts of a node are. */
export interface InstallPlaces {
  /** The runtime's directory of plugins. */
  readonly binDir: string
  /** The runtime's directory of configurations. */
  readonly confDir: string
  /** Name of the configuration that the daemon writes there. */
  readonly confName: string
  /** Is told each change of the disk before it is made. */
  readonly beforeStep?: BeforeStep
}

/** What became of one path of the node. */
export interface FileReport {
  readonly path: string
  readonly did: 'written' | 'unchanged' | 'restored' | 'removed' | 'left'
  /** What more there is to say about it. */
  readonly note?: string
}

const lockTimeoutMs = 30_000

/** A node's directories while they are changed; nobody else installs there meanwhile. */
export class Site implements Disposable {
  readonly #places: InstallPlaces
  readonly #files: NodeFiles
  readonly #manifest: Manifest
  readonly #lock: FileLock

  private constructor(places: InstallPlaces, files: NodeFiles, lock: FileLock) {
    this.#places = places
    this.#files = files
    this.#lock = lock
    this.#manifest = Manifest.read(manifestIn(files))
  }

  /** @throws PlaitError `daemon/manifest-broken`, `system/lock-timeout`; the error of the file system */
  static async open(places: InstallPlaces): Promise<Site> {
    const files = new NodeFiles(places.binDir, places.beforeStep)
    const lock = await FileLock.acquire(files.workspace, { timeoutMs: lockTimeoutMs })
    try {
      return new Site(places, files, lock)
    } catch (error) {
      lock[Symbol.dispose]()
      throw error
    }
  }

  /** What was installed: what the runtime reads first, then the programs, the shim as the last of them. */
  get entries(): Entry[] {
    const reversed = this.#manifest.entries.toReversed()
    return reversed.toSorted((a, b) => Number(b.directory === 'conf') - Number(a.directory === 'conf'))
  }

  /**
   * Keeps what is there of the files that the daemon is going to write, and of those that Cilium would rename
   * them to: later it cannot be seen any more.
   */
  async noteDaemonFiles(): Promise<void> {
    const { confName } = this.#places
    for (const name of [confName, `${confName}.cilium_bak`]) {
      if (this.#manifest.find('conf', name) !== undefined) continue
      const before = await this.#keep({ directory: 'conf', name })
      await this.#manifest.put({ directory: 'conf', name, ours: [], before })
    }
  }

  /** Puts a program or a link there; what was there and is not ours is kept before. */
  async place(name: string, content: Content): Promise<FileReport> {
    const path = this.#path({ directory: 'bin', name })
    const [present, wanted] = [fingerprint(path), fingerprintOf(content)]
    const known = this.#manifest.find('bin', name)
    const isForeign = present !== absent && !(known?.ours.includes(present) ?? false)
    const before = isForeign ? await this.#keep({ directory: 'bin', name }) : (known?.before ?? null)
    // What lies there is named as well: it still does after a crash before the rename.
    const ours = present === absent || isForeign || present === wanted ? [wanted] : [present, wanted]
    await this.#manifest.put({ directory: 'bin', name, ours, before })
    if (present === wanted) return { path, did: 'unchanged' }
    await this.#files.replace(path, content)
    return { path, did: 'written', ...(isForeign ? { note: 'what was there is kept' } : {}) }
  }

  /** Puts back what was there before an entry; what somebody else put there since is left. */
  async giveBack(entry: Entry): Promise<FileReport> {
    const path = this.#path(entry)
    const present = fingerprint(path)
    const kept = entry.before === null ? absent : fingerprint(join(this.#files.workspace, entry.before))
    if (present === kept) return { path, did: 'unchanged' }
    if (present !== absent && !isOurs(entry, path, present)) {
      return { path, did: 'left', note: 'it was put there after the installation' }
    }
    if (entry.before === null) {
      await this.#files.remove(path)
      return { path, did: 'removed' }
    }
    await this.#files.giveBack(entry.before, path)
    return { path, did: 'restored' }
  }

  /** Forgets the installation; the last step. */
  async close(): Promise<void> {
    await this.#files.removeWorkspace(manifestIn(this.#files))
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]()
  }

  async #keep(place: Pick<Entry, 'directory' | 'name'>): Promise<string | null> {
    const path = this.#path(place)
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null
    const name = `${place.directory}-${place.name}`
    await this.#files.keep(path, name)
    return name
  }

  #path({ directory, name }: Pick<Entry, 'directory' | 'name'>): string {
    return join(directory === 'bin' ? this.#places.binDir : this.#places.confDir, name)
  }
}

function manifestIn({ workspace }: NodeFiles): string {
  return join(workspace, 'installed.json')
}

/** The daemon's configurations change with the default network: they are known by what they say. */
function isOurs({ directory, ours }: Entry, path: string, present: string): boolean {
  return directory === 'bin' ? ours.includes(present) : callsShim(path)
}
