// SPDX-License-Identifier: Apache-2.0

import { KeyedMutex } from '../../base/index.ts'
import type { InvokePlugin, PluginInvocation } from '../../cni/index.ts'
import type { Plugin } from './define-plugin.ts'
import type { RunPluginOptions } from './run-options.ts'
import { runPlugin } from './run-plugin.ts'

/** What the program that runs plugins gives once for all calls. */
export interface BundledInvokeOptions extends Omit<RunPluginOptions, 'invoke'> {
  /** The plugins that run in this process. */
  readonly plugins: ReadonlyMap<string, Plugin>
  /** Runs a plugin of any other type. */
  readonly fallback: InvokePlugin
  /** A call of a bundled plugin as the fallback gets it instead; undefined where it runs here. @default never */
  readonly replace?: (invocation: PluginInvocation) => Promise<PluginInvocation | undefined>
}

/** Runs plugins by their type: the bundled ones in this process, the others through the fallback. */
export function createBundledInvoke(given: BundledInvokeOptions): InvokePlugin {
  const { plugins, fallback, replace, ...options } = given
  const locks = options.locks ?? new KeyedMutex()
  const invoke: InvokePlugin = async (invocation) => {
    const plugin = plugins.get(invocation.type)
    if (plugin === undefined) return fallback(invocation)
    const replaced = replace && (await replace(invocation))
    if (replaced !== undefined) return fallback(replaced)
    return runPlugin(plugin, invocation, { ...options, locks, invoke })
  }
  return invoke
}
