// SPDX-License-Identifier: Apache-2.0

import { KeyedMutex } from '../../base/index.ts'
import type { InvokePlugin, PluginHost } from '../../cni/index.ts'
import { createBundledInvoke } from '../../plugins/index.ts'
import type { BundledInvokeOptions } from '../../plugins/index.ts'
import { prefersHost } from '../config/plugin-preference.ts'
import type { PluginPreference } from '../config/plugin-preference.ts'
import { findPlace } from './run-foreign.ts'

/** What the plugins of a node are run with. */
export interface PluginRunnerOptions extends Omit<BundledInvokeOptions, 'replace' | 'locks'> {
  readonly preference: PluginPreference
  /** As the fallback, for a program that may be part of another one. */
  readonly nestedFallback: InvokePlugin
  /** For calls that bring no host of their own. */
  readonly hosts: PluginHost
}

/** The two ways in which plugins are run. */
export interface PluginRunners {
  /** As part of a call for Multus: bundled ones or programs, as the daemon's file prefers. */
  readonly invoke: InvokePlugin
  /** A plugin alone, under whose name the shim was started: bundled, for the program of that name is the shim. */
  readonly invokeAlone: InvokePlugin
}

/** Runs plugins, each with the locks of the others. */
export function createPluginRunners(all: PluginRunnerOptions): PluginRunners {
  const { preference, hosts, nestedFallback, ...given } = all
  const options = { ...given, locks: new KeyedMutex() }
  const invoke = createBundledInvoke({
    ...options,
    replace: async (invocation) => {
      if (!prefersHost(preference, invocation.type)) return undefined
      const asking = { ...invocation, host: askedOnce(invocation.host ?? hosts) }
      return (await findPlace(asking, { wait: false })) && asking
    },
  })
  return { invoke, invokeAlone: createBundledInvoke({ ...options, fallback: nestedFallback }) }
}

/** The host for one call of one plugin: what it says about where the program is holds for the whole call. */
function askedOnce(host: PluginHost): PluginHost {
  let found: readonly string[] | undefined
  return {
    find: async (type, query) => (found ??= await host.find(type, query)),
    run: (request) => host.run(request),
  }
}
