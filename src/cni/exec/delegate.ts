// SPDX-License-Identifier: Apache-2.0

import { describeError, toError } from '../../base/index.ts'
import type { CniCommand } from '../environment.ts'
import { CniError } from '../error.ts'
import { readConfigVersion } from '../negotiate.ts'
import { parsePluginResult } from '../result/parse.ts'
import type { CniResult } from '../result/result.ts'
import type { InvokePlugin, PluginInvocation } from './invocation.ts'

/**
 * What another plugin, such as an IPAM plugin, gives for the request that this one got: same environment, same
 * standard input. If it fails its DEL is run, as the specification wants of the plugin above it.
 *
 * @throws CniError, or an AggregateError when DEL fails too.
 */
export async function delegateAdd(
  type: string,
  request: PluginInvocation,
  invoke: InvokePlugin,
): Promise<CniResult> {
  const invocation = { ...request, type, command: 'ADD' } as const
  try {
    return parsePluginResult((await invoke(invocation)) ?? null, readConfigVersion(request.config))
  } catch (error) {
    throw toError(await undoDelegate(error, invocation, invoke))
  }
}

/**
 * Passes CHECK, DEL, STATUS or GC on to another plugin, with the same environment and standard input.
 *
 * @throws CniError
 */
export async function delegateCommand(
  command: Exclude<CniCommand, 'ADD' | 'VERSION'>,
  { type, request, invoke }: { type: string; request: PluginInvocation; invoke: InvokePlugin },
): Promise<void> {
  await invoke({ ...request, type, command })
}

/** Runs DEL after a failed ADD; gives what is to be thrown. */
async function undoDelegate(
  failure: unknown,
  invocation: PluginInvocation,
  invoke: InvokePlugin,
): Promise<unknown> {
  if (failure instanceof CniError && failure.id === 'cni/plugin-missing') return failure
  try {
    // The request may have been given up, and the address must be given back all the same.
    await invoke({ ...invocation, command: 'DEL', signal: undefined })
    return failure
  } catch (error) {
    // A configuration that ADD refuses is refused by DEL in the same words.
    if (describeError(error) === describeError(failure)) return failure
    return new AggregateError([failure, error], '')
  }
}
