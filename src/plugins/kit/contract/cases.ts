// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import type { Bench } from './bench.ts'

/** What the contract has to know about a plugin. */
export interface PluginCases {
  /** The plugin's configuration, without `cniVersion`, `name` and `type`. */
  readonly config: JsonObject
  /** Makes what the plugin stands on in the host's namespace, such as a master. */
  readonly prepareHost?: (bench: Bench) => void
  /** Makes what the plugin needs in a container; for a chained plugin, gives the result of those before it. */
  readonly prepareContainer?: (bench: Bench, container: Container) => JsonObject | undefined
  /** Versions whose ADD is refused, with the text: no addresses before 0.3.0, no chain before 0.3.0. */
  readonly refused?: { readonly versions: readonly string[]; readonly text: RegExp }
  /** Whether a second ADD of the same attachment succeeds; it is refused by whatever makes or reserves something. */
  readonly repeatable?: boolean
  /** Whether each attachment gets addresses of its own, from a pool of at least 60. */
  readonly allocates?: boolean
}

/** A container of the bench: an attachment's keys. */
export interface Container {
  readonly containerId: string
  readonly ifName: string
  /** The path of its namespace. */
  readonly netns: string
}
