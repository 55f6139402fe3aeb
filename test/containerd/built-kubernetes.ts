// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { isExecutable } from '../../src/lab/ground/is-executable.ts'
import { root } from '../shim/build-shim.ts'

/** What tools/build-kubernetes.sh has built. */
export const binaries = process.env['PLAIT_KUBERNETES'] ?? join(cacheDirectory(), 'plait/kubernetes')

/** The scripts that make images and clusters; they stand beside the checkout. */
export const scripts = join(root, '../shared/cluster')

function cacheDirectory(): string {
  return process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
}

/** Where programs are looked for on a node: what was built, then the machine's. */
export const nodePath = [binaries, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']

/** Why tests with these programs cannot run here; false when they can. */
export function reasonToSkip(built: readonly string[], installed: readonly string[]): string | false {
  if (process.getuid?.() !== 0) return 'only root can run a container runtime'
  if (!existsSync(join(scripts, 'images.sh'))) return `there are no scripts in ${scripts}`
  const unbuilt = built.filter((name) => !isExecutable(join(binaries, name)))
  if (unbuilt.length > 0)
    return `${unbuilt.join(', ')} not in ${binaries}: tools/build-kubernetes.sh needs Go`
  const missing = installed.filter((name) => !nodePath.some((folder) => isExecutable(join(folder, name))))
  return missing.length > 0 && `this machine has no ${missing.join(', ')}`
}
