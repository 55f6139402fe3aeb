// SPDX-License-Identifier: Apache-2.0

import { resolve } from 'node:path'
import { getCaseInsensitive } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { ipamOf } from '../../cni/index.ts'
import type { InvokePlugin } from '../../cni/index.ts'

const mostDirectories = 64

/** The directories in which host-local keeps the reservations of this node, as far as they are known. */
export class DataDirs {
  readonly #paths: Set<string>

  /** @param usual where they are unless a configuration says otherwise. */
  constructor(usual: string) {
    this.#paths = new Set([usual])
  }

  /** All that are known, the usual one first. */
  list(): readonly string[] {
    return [...this.#paths]
  }

  /** Adds a directory, of which a bounded number is kept. */
  note(path: string): void {
    if (this.#paths.size < mostDirectories) this.#paths.add(resolve('/', path))
  }

  /** Adds the directory that a plugin's configuration names, if it does. */
  noteConfig(config: JsonObject): void {
    const ipam = ipamOf(config)
    if (ipam?.type !== 'host-local') return
    const dataDir = getCaseInsensitive(ipam, 'dataDir')
    if (typeof dataDir === 'string' && dataDir !== '') this.note(dataDir)
  }

  /** The same plugins; what they are called with is noted before they run. */
  watching(invoke: InvokePlugin): InvokePlugin {
    return async (invocation) => {
      this.noteConfig(invocation.config)
      return invoke(invocation)
    }
  }
}
