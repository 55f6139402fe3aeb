// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import {
  CniError,
  readConfigVersion,
  requireVersion,
  resultToVersion,
  specVersion,
  toCniError,
} from '../../cni/index.ts'
import type { PluginInvocation } from '../../cni/index.ts'
import { CallScope } from './call-scope.ts'
import { checkEnvironment, readNetworkName } from './check-call.ts'
import type { Plugin } from './define-plugin.ts'
import { collectGarbage, reportStatus } from './network-verbs.ts'
import { refuseOwnNamespace } from './own-namespace.ts'
import type { RunPluginOptions } from './run-options.ts'

/**
 * Runs one call of a plugin as the CNI specification has it dispatched (spec §1.3).
 *
 * @returns the result object in the configuration's version for ADD, the version object for VERSION, nothing else.
 * @throws CniError; after a failed ADD what it had made is undone, and what could not be is in the details.
 */
export async function runPlugin(
  plugin: Plugin,
  invocation: PluginInvocation,
  options: RunPluginOptions,
): Promise<JsonObject | undefined> {
  if (invocation.command === 'VERSION') {
    return { cniVersion: specVersion, supportedVersions: plugin.supportedVersions }
  }
  const started = performance.now()
  let failed = true
  try {
    const result = await dispatch(plugin, invocation, options)
    failed = false
    return result
  } catch (error) {
    throw toCniError(error)
  } finally {
    const { name } = plugin
    options.observe?.({
      plugin: name,
      command: invocation.command,
      durationMs: performance.now() - started,
      failed,
    })
  }
}

async function dispatch(plugin: Plugin, invocation: PluginInvocation, options: RunPluginOptions) {
  checkEnvironment(invocation)
  const name = readNetworkName(invocation.config)
  const cniVersion = readConfigVersion(invocation.config)
  requireVersion(invocation.command, cniVersion, plugin.supportedVersions)
  using scope = new CallScope(invocation, options, { name, cniVersion })
  scope.signal.throwIfAborted()
  const run = () => runVerb(plugin, scope)
  if (options.locks === undefined) return await run()
  const key = JSON.stringify([plugin.name, name, invocation.containerId, invocation.ifName])
  return await options.locks.run(key, run, { signal: scope.signal })
}

async function runVerb(plugin: Plugin, scope: CallScope): Promise<JsonObject | undefined> {
  const { command } = scope.invocation
  if (command === 'ADD') {
    // An ipam plugin touches no namespace, and is asked by one that has looked already.
    if (plugin.kind !== 'ipam') refuseOwnNamespace(scope)
    return add(plugin, scope)
  }
  if (command === 'CHECK') await plugin.check(scope)
  if (command === 'DEL') await plugin.del(scope)
  if (command === 'GC') await collectGarbage(plugin, scope)
  if (command === 'STATUS') await reportStatus(plugin, scope)
  return undefined
}

/** The conversion is part of the attempt: a result that the version cannot express undoes what was made. */
async function add(plugin: Plugin, scope: CallScope): Promise<JsonObject> {
  try {
    const result = resultToVersion(await plugin.add(scope), scope.cniVersion)
    scope.undo.clear()
    return result
  } catch (error) {
    const left = await scope.undo.rollback()
    if (left.length === 0) throw error
    const { code, msg, details, id } = toCniError(error)
    const parts = [...(details === undefined ? [] : [details]), ...left.map((one) => describeError(one))]
    throw new CniError(code, msg, { details: parts.join('; '), cause: error, id })
  }
}
