// SPDX-License-Identifier: Apache-2.0

import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { delay, PlaitError, systemErrorCode, writeFileAtomic } from '../../base/index.ts'
import { RestoreBudget } from './restore-budget.ts'

/** What became of the file. */
export type Kept =
  | { readonly state: 'unchanged' | 'written' }
  /** Another program had changed or taken it; `renamedTo` is where it lies, if it was only renamed. */
  | { readonly state: 'restored' | 'taken'; readonly times: number; readonly renamedTo?: string }

// Only root reads it: an administrator may have put credentials into a file that is copied.
const mode = 0o600

/** Keeps one file as it shall be against programs that change, rename or delete it. */
export class ConfKeeper {
  readonly path: string
  readonly #budget = new RestoreBudget()
  #written: Uint8Array | undefined

  constructor(path: string) {
    this.path = path
  }

  /**
   * Makes the file hold exactly these bytes; it is replaced whole, and only when it holds others. When it had been
   * ours and somebody took it, it is put back as long as the budget lasts.
   *
   * @throws PlaitError `daemon/cni-config-unwritable`
   */
  async keep(data: Uint8Array, signal: AbortSignal): Promise<Kept> {
    const present = readIfThere(this.path)
    if (present?.equals(data)) {
      this.#written = data
      return { state: 'unchanged' }
    }
    const isTaken = this.#written !== undefined && Buffer.compare(this.#written, data) === 0
    if (!isTaken) {
      await this.#write(data)
      return { state: 'written' }
    }
    const pauseMs = this.#budget.spend(performance.now())
    if (pauseMs === undefined) return this.#report('taken', data)
    const report = this.#report('restored', data)
    await delay(pauseMs, signal)
    await this.#write(data)
    return report
  }

  async #write(data: Uint8Array): Promise<void> {
    try {
      await writeFileAtomic(this.path, data, { mode })
    } catch (error) {
      const text = `Cannot write ${this.path}; mount the node's CNI configuration directory there, writable`
      throw new PlaitError('daemon/cni-config-unwritable', text, { cause: error })
    }
    this.#written = data
  }

  #report(state: 'restored' | 'taken', data: Uint8Array): Kept {
    const renamedTo = findCopy(this.path, data)
    return { state, times: this.#budget.spent, ...(renamedTo === undefined ? {} : { renamedTo }) }
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A file beside `path` whose name begins with its name and which holds the same bytes. */
function findCopy(path: string, data: Uint8Array): string | undefined {
  const [directory, name] = [dirname(path), basename(path)]
  return readdirSync(directory)
    .filter((other) => other !== name && other.startsWith(name))
    .find((other) => readIfThere(join(directory, other))?.equals(data))
}
