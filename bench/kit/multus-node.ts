// SPDX-License-Identifier: Apache-2.0

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../src/base/index.ts'
import type { CniCommand } from '../../src/cni/index.ts'
import type { ApiServer } from './api-server.ts'
import type { DaemonProcess } from './daemon-process.ts'
import type { Job } from './launcher.ts'
import { bridge } from './networks.ts'
import { definitions, multusJob, podObject, shimConfig } from './pods.ts'
import type { ProgramNetworks, Sandbox } from './pods.ts'
import { scratch } from './scratch.ts'

/** A Multus with its API server, in which pods can be put. */
export interface MultusNode extends AsyncDisposable {
  readonly name: string
  /** Starts its daemon; the API server is there already. */
  startDaemon(): Promise<DaemonProcess>
  /** Makes pods known to the API server, all others of this node unknown; each asks for two macvlan networks, or is plain. */
  setPods(
    names: readonly string[],
    options?: { readonly plain: boolean },
  ): Promise<ReadonlyMap<string, string>>
  /** Requests to the API server since it was last asked, without watches; undefined when they are not counted. */
  takeRequests(): Promise<number | undefined>
  /** What the runtime starts for a pod. */
  job(command: CniCommand, sandbox: Sandbox, programs?: ProgramNetworks): Job
}

/** Where a Multus keeps its files. */
export interface NodeDirectory {
  readonly path: string
  readonly socketDir: string
  readonly socketPath: string
  readonly config: JsonObject
}

/** A directory for a Multus, with the default network in it. */
export function makeNodeDirectory(contender: string): NodeDirectory {
  const path = join(scratch(), contender)
  const socketDir = join(path, 'run/')
  for (const name of ['net.d', 'run', 'none']) mkdirSync(join(path, name), { recursive: true, mode: 0o700 })
  // Not a list: of a list named by its path, upstream forgets the plugins' own fields, so that its DEL fails.
  writeFileSync(join(path, 'net.d/10-default.conf'), JSON.stringify(bridge(contender)))
  return { path, socketDir, socketPath: join(socketDir, 'multus.sock'), config: shimConfig(path, socketDir) }
}

/** What starts a shim for that directory. */
export function jobsOf({ config }: NodeDirectory, shim: string, path: string): MultusNode['job'] {
  return (command, sandbox, programs) => multusJob(command, sandbox, { shim, config, path, programs })
}

/** What puts pods into an API server, with the networks of that contender. */
export function podSetter(api: ApiServer, contender: string): MultusNode['setPods'] {
  return (names, { plain } = { plain: false }) =>
    api.setPods(
      names.map((name) => podObject(name, plain)),
      definitions(contender),
    )
}
