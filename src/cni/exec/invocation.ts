// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, Log } from '../../base/index.ts'
import type { CniCommand } from '../environment.ts'
import type { PluginHost } from './plugin-host.ts'

/** One call of one plugin, whether it is bundled or a program. */
export interface PluginInvocation {
  /** The plugin's name, which for a program is that of its file. */
  readonly type: string
  readonly command: CniCommand
  readonly containerId: string
  /** Path of the network namespace; empty when there is none. */
  readonly netns: string
  readonly ifName: string
  /** CNI_ARGS as text. */
  readonly args: string
  /** The directories in which programs are looked for, in order. */
  readonly path: readonly string[]
  /** The whole standard input. */
  readonly config: JsonObject
  /** What the environment holds besides the CNI_ variables; that of this process when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
  /** Where programs are run for this call, if not here. */
  readonly host?: PluginHost | undefined
  /** Where it is told what happened; the caller's own log when absent. */
  readonly log?: Log | undefined
}

/**
 * Calls a plugin. Gives the raw result object for ADD, with a `cniVersion`, the raw version object for VERSION,
 * and undefined for the other verbs.
 *
 * @throws CniError
 */
export type InvokePlugin = (invocation: PluginInvocation) => Promise<JsonObject | undefined>
