// SPDX-License-Identifier: Apache-2.0

import { silentLog } from '../../base/index.ts'
import type { JsonObject, Log } from '../../base/index.ts'
import { formatCniArgs } from '../args.ts'
import type { CniArg } from '../args.ts'
import type { NetworkConfigList } from '../config/list.ts'
import type { PluginConfig } from '../config/plugin-config.ts'
import type { CniCommand } from '../environment.ts'
import type { InvokePlugin, PluginInvocation } from '../exec/invocation.ts'
import type { AttachmentKey } from '../cache/path.ts'

/** What the operations on networks work with. */
export interface Libcni {
  readonly invoke: InvokePlugin
  /** Where results are remembered between ADD and DEL, in `results/` below it. */
  readonly cacheDir: string
  /** The directories in which programs are looked for, in order. */
  readonly path: readonly string[]
  /** What the environment of programs holds besides the CNI_ variables; that of this process when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Told of result files that had to be kept aside, and of what plugins have to say. */
  readonly log?: Log
  readonly signal?: AbortSignal | undefined
}

/** What the runtime says of one attachment. */
export interface RuntimeConf {
  readonly containerId: string
  /** Path of the network namespace; empty when there is none. */
  readonly netns: string
  readonly ifName: string
  /** CNI_ARGS, in order. */
  readonly args: readonly CniArg[]
  /** By capability, such as `portMappings`; each plugin gets those that it declares. */
  readonly capabilityArgs: JsonObject
}

/** The call of one plugin of a network for an attachment; without one, as for GC and STATUS, all is empty. */
export function invocationOf(
  libcni: Libcni,
  command: CniCommand,
  { plugin, config, runtime }: { plugin: PluginConfig; config: JsonObject; runtime?: RuntimeConf },
): PluginInvocation {
  return {
    type: plugin.type,
    command,
    containerId: runtime?.containerId ?? '',
    netns: runtime?.netns ?? '',
    ifName: runtime?.ifName ?? '',
    args: runtime === undefined ? '' : formatCniArgs(runtime.args),
    path: libcni.path,
    config,
    ...(libcni.env && { env: libcni.env }),
    signal: libcni.signal,
    ...(libcni.log && { log: libcni.log }),
  }
}

/** The key under which an attachment to a network is remembered. */
export function keyOf({ name }: NetworkConfigList, { containerId, ifName }: RuntimeConf): AttachmentKey {
  return { networkName: name, containerId, ifName }
}

/** Where to tell what happened. */
export function logOf({ log }: Libcni): Log {
  return log ?? silentLog
}
