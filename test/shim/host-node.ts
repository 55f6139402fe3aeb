// SPDX-License-Identifier: Apache-2.0

// For tests with the shim and the daemon as they are shipped: a node where the shim sees a plugin directory of its own.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Namespace } from '../../src/linux/index.ts'
import { makeNamespace, skip as noNamespaces } from '../netns/fixture.ts'
import { buildShims } from './build-shim.ts'
import { callShim } from './call-shim.ts'
import type { Call } from './call-shim.ts'
import { startDaemon } from './real-daemon.ts'
import type { RealDaemon } from './real-daemon.ts'
import type { ShimEnd } from './run-shim.ts'

/** The shim of this machine. */
export const shim = noNamespaces === false ? (buildShims()[0]?.path ?? '') : ''

interface Node {
  readonly daemon: RealDaemon
  /** A plugin directory that only the shims see; for the daemon it is empty. */
  readonly bin: string
  readonly spool: string
  readonly install: (name: string, script: string) => void
  /** Calls a shim on the host. */
  readonly call: (
    call: Omit<Call, 'path' | 'container'> & { readonly container?: Namespace },
  ) => Promise<ShimEnd>
  /** What the plugins have written down, and by which program they were started. */
  readonly story: () => string[]
}

// The shim alone is where the directory is: as on a host, with a daemon in its pod.
const onHost = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'

/** A daemon with these settings, and shims beside it. */
export async function startNode(
  t: TestContext,
  settings: object = {},
  container = makeNamespace(t),
): Promise<Node> {
  const daemon = await startDaemon(t, settings)
  const [bin, real, spool] = ['host-bin', 'real-bin', 'spool'].map((name) => join(daemon.directory, name))
  assert.ok(bin && real && spool)
  for (const directory of [bin, real]) mkdirSync(directory)
  const diary = join(daemon.directory, 'diary')
  const words = ['--mount', '--propagation', 'private', '/bin/sh', '-c', onHost, 'sh', real, bin, shim]
  return {
    daemon,
    bin,
    spool,
    install: (name, script) => {
      const note = `echo "$CNI_COMMAND ${name} $(basename "$(readlink /proc/$PPID/exe)")" >>${diary}`
      writeFileSync(join(real, name), `#!/bin/sh\n${note}\n${script}\n`, { mode: 0o755 })
    },
    call: async ({ env, ...call }) =>
      daemon.host.run(() => {
        const variables = { PATH: '/bin:/usr/bin', CNI_PATH: bin, PLAIT_SHIM_SPOOL_DIR: spool, ...env }
        return {
          started: callShim({ container, ...call, path: '/usr/bin/unshare', args: words, env: variables }),
        }
      }).started,
    story: () => (existsSync(diary) ? readFileSync(diary, 'utf8').trim().split('\n') : []),
  }
}
