// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** The folder with upstream's programs: of PLAIT_PEERS, or where `tools/build-peers.sh` is told to put them, flat or below `bin`. */
export function peersDirectory(): string | undefined {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  const given = process.env.PLAIT_PEERS ?? join(cache, 'plait/peers')
  return [given, join(given, 'bin')].find((directory) => existsSync(join(directory, 'macvlan')))
}

/** One of upstream's programs; undefined when it was not built. */
export function peer(name: string): string | undefined {
  const directory = peersDirectory()
  const path = directory && join(directory, name)
  return path !== undefined && existsSync(path) ? path : undefined
}

/** Upstream's API server for tests, which stands beside the checkout; undefined when it is not there. */
export function fakeApiServer(): string | undefined {
  const path = resolve(root, process.env.PLAIT_RECORDINGS ?? '../shared/peers', 'fake-apiserver.mjs')
  return existsSync(path) ? path : undefined
}
