// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { parseJson, PlaitError, systemErrorCode, writeFileAtomic } from '../../base/index.ts'

const entry = v.object({
  /** In which of the node's directories it lies; their paths differ between a container and its host. */
  directory: v.picklist(['bin', 'conf']),
  /** Name of the file there. */
  name: v.pipe(v.string(), v.regex(/^[^/]+$/)),
  /** Fingerprints of what was put there, the newest last; empty for what the daemon writes. */
  ours: v.array(v.string()),
  /** Name under which is kept what was there before; null where nothing was. */
  before: v.nullable(v.pipe(v.string(), v.regex(/^[^/]+$/))),
})
const manifest = v.object({ version: v.literal(1), entries: v.array(entry) })

/** One path of the node that installation changed, and what was there before. */
export type Entry = Readonly<v.InferOutput<typeof entry>>

/** What installation did on a node, in the order in which it was done. */
export class Manifest {
  readonly #path: string
  #entries: readonly Entry[]

  private constructor(path: string, entries: readonly Entry[]) {
    this.#path = path
    this.#entries = entries
  }

  /**
   * The manifest of a node; empty where nothing is installed.
   *
   * @throws PlaitError `daemon/manifest-broken`: to go on would lose what is kept.
   */
  static read(path: string): Manifest {
    let bytes
    try {
      bytes = readFileSync(path)
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return new Manifest(path, [])
      throw broken(path, error)
    }
    try {
      return new Manifest(path, v.parse(manifest, parseJson(bytes)).entries)
    } catch (error) {
      throw broken(path, error)
    }
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  find(directory: Entry['directory'], name: string): Entry | undefined {
    return this.#entries.find((one) => one.directory === directory && one.name === name)
  }

  /** Adds an entry, or puts it in the place of the one for the same path. It is on the disk when this ends. */
  async put(given: Entry): Promise<void> {
    const known = this.find(given.directory, given.name)
    this.#entries = known
      ? this.#entries.map((one) => (one === known ? given : one))
      : [...this.#entries, given]
    const text = `${JSON.stringify({ version: 1, entries: this.#entries }, null, 2)}\n`
    await writeFileAtomic(this.#path, text, { mode: 0o600 })
  }
}

function broken(path: string, cause: unknown): PlaitError {
  const text = `Cannot read ${path}, which says what was installed here; repair it, or remove it to give up what is kept beside it`
  return new PlaitError('daemon/manifest-broken', text, { cause })
}
