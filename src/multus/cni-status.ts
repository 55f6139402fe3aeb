// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../base/index.ts'
import { CniError, listOfPlugin, statusNetworkList, toCniError } from '../cni/index.ts'
import type { NetworkConfigList } from '../cni/index.ts'
import { assemblyContext, attachContext } from './call.ts'
import type { Call } from './call.ts'
import type { Delegate } from './delegate/delegate.ts'
import { configuredDelegates } from './delegate/delegates.ts'
import { noDevices } from './devices/device-pool.ts'
import { commandError, withPrefix } from './errors.ts'
import { waitUntilReady } from './pod/readiness.ts'

/**
 * Whether the node can serve an ADD: the default network is asked (STA-1).
 *
 * @throws CniError of the plugin as it is, so that its code reaches the runtime (STA-2, BUG-6).
 */
export async function cniStatus(call: Call): Promise<void> {
  const delegate = await defaultNetwork(call)
  try {
    await call.attempt.step('status', () => statusNetworkList(attachContext(call).libcni, listOf(delegate)))
  } catch (error) {
    if (error instanceof CniError) throw error
    const message = `error in STATUS command: ${describeError(error)}`
    throw new CniError(toCniError(error).code, message, { cause: error })
  }
}

/**
 * The default network of the node, without any pod: what STATUS and GC are about.
 *
 * @throws CniError with upstream's text (SEL-6).
 */
export async function defaultNetwork(call: Call): Promise<Delegate> {
  const { request, services, attempt, signal } = call
  try {
    await attempt.step('readiness', () =>
      waitUntilReady(request.config.readinessIndicatorFile, services.readinessTiming, signal),
    )
    const [first] = await attempt.step('networks', () =>
      withPrefix('failed to get clusterNetwork', () =>
        configuredDelegates(assemblyContext(call, undefined, noDevices)),
      ),
    )
    if (first !== undefined) return first
  } catch (error) {
    throw commandError(error)
  }
  throw commandError(new Error('must have either Kubernetes config or delegates'))
}

/** A delegate as a list, which a single plugin stands for too (GC-1). */
export function listOf(delegate: Delegate): NetworkConfigList {
  return delegate.isList ? delegate.network : listOfPlugin(delegate.network)
}
