// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, PlaitError, UndoStack } from '../base/index.ts'
import type { JsonObject } from '../base/index.ts'
import {
  CniError,
  listOfPlugin,
  readCniEnvironment,
  statusNetworkList,
  validateInterfaceName,
} from '../cni/index.ts'
import type { CniResult } from '../cni/index.ts'
import type { NetworkSelection } from './networks/annotation/selection.ts'
import { attach, detach } from './attach/attach.ts'
import { attachContext, undoContext } from './call.ts'
import type { Call } from './call.ts'
import { checkOne } from './check.ts'
import { readMultusSettings } from './config/config.ts'
import { releaseError } from './release/del.ts'
import type { Delegate } from './delegate/delegate.ts'
import { loadDelegate } from './delegate/load.ts'
import { attachError, commandError } from './errors.ts'
import { tellAttached } from './status/events.ts'
import { checkInterfaceFree, namespaceUnreachable } from './attach/interface-check.ts'
import { findPod } from './pod/pod.ts'
import type { PodInfo } from './pod/pod.ts'
import { loadArgs } from './request/request.ts'
import type { MultusRequest } from './request/request.ts'

/** One network that is to be executed for a pod that runs already (spec §6.5). */
export interface DelegateRequest {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The CNI configuration of the network, a single plugin or a list; executed as it stands (BUG-7). */
  readonly config: Uint8Array
  /** What the pod asks of the attachment; for ADD only. */
  readonly attributes?: Pick<NetworkSelection, 'ips' | 'mac' | 'cniArgs'>
  /** Keys of the daemon configuration: `binDir`, `cniDir` and so on. */
  readonly settings?: JsonObject
}

/**
 * The call and the network in such a request.
 *
 * @throws CniError with the codes of the CNI library, or upstream's text.
 */
export function readDelegateRequest({ env, config, attributes, settings = {} }: DelegateRequest): {
  readonly request: MultusRequest
  readonly delegate: Delegate
} {
  const cni = readCniEnvironment(env)
  if (cni.command === 'GC') throw new CniError(4, 'unknown cmd type: GC', { id: 'cni/environment-invalid' })
  const { command, containerId, netns, ifName, args: rawArgs } = cni
  try {
    const own = readMultusSettings(settings)
    const selection = { name: '', namespace: '', ...attributes }
    const delegate = loadDelegate(Buffer.from(config).toString(), { selection })
    const args = loadArgs(cni)
    // BUG-33: upstream hands an empty one on to the plugins.
    const pod = { ...args, infraContainerId: args.infraContainerId || containerId }
    const path = [own.binDir, ...cni.path]
    const basics = { command, containerId, netns, ifName, rawArgs, path, environment: env }
    const stdin = isJsonObject(delegate.config) ? delegate.config : {}
    return { request: { ...basics, args: pod, allowOwnNetns: false, config: own, stdin }, delegate }
  } catch (error) {
    throw error instanceof CniError ? error : commandError(error)
  }
}

/**
 * Executes the network: as a secondary one, without default routes, status and record of its own (DGT-2 to
 * DGT-5). A failed ADD is taken back; DEL of the pod releases what was attached here as well.
 *
 * @throws CniError with upstream's text.
 */
export async function runDelegate(call: Call, delegate: Delegate): Promise<CniResult | undefined> {
  const { command, args } = call.request
  if (command === 'STATUS') {
    await statusNetworkList(
      attachContext(call).libcni,
      delegate.isList ? delegate.network : listOfPlugin(delegate.network),
    )
    return undefined
  }
  const pod = await podOf(call).catch((error: unknown) => {
    throw commandError(error, args)
  })
  if (command === 'ADD') return addDelegate(call, delegate, pod)
  const { ifName } = call.request
  if (command === 'CHECK') await checkOne(call, { delegate, interfaceName: ifName })
  if (command === 'DEL') await delDelegate(call, delegate)
  return undefined
}

// DGT-2, DGT-3: the pod must exist.
async function podOf({ request, services, signal }: Call): Promise<PodInfo | undefined> {
  const { cluster, podTiming: timing } = services
  if (cluster === undefined) return undefined
  const { args } = request
  try {
    return await findPod({ cluster, args, timing, signal, runtimeConfig: {} })
  } catch (error) {
    if (!(error instanceof PlaitError) || error.id !== 'multus/pod-missing') throw error
    throw new PlaitError(error.id, 'pod not found during Multus GetPod')
  }
}

async function addDelegate(call: Call, delegate: Delegate, pod: PodInfo | undefined): Promise<CniResult> {
  const { containerId, ifName, args } = call.request
  const { name: networkName } = delegate.network
  return call.services.attachGate
    .attach({ containerId, ifName, networkName }, () => attachDelegate(call, delegate, pod), call.signal)
    .catch((error: unknown) => {
      throw error instanceof CniError ? error : attachError(error, args, networkName)
    })
}

async function attachDelegate(call: Call, delegate: Delegate, pod: PodInfo | undefined): Promise<CniResult> {
  const { ifName, args, netns } = call.request
  const undo = new UndoStack()
  try {
    validateInterfaceName(ifName)
    using namespace = openNamespace(call, delegate)
    checkInterfaceFree(delegate, ifName, namespace)
    undo.push(`the attachment to ${delegate.name}`, () => detach(delegate, ifName, undoContext(call)))
    const result = await call.attempt.step(`attach ${ifName}`, () =>
      attach(delegate, ifName, attachContext(call)),
    )
    tellAttached(call, pod, [{ delegate, interfaceName: ifName, result }])
    return result
  } catch (error) {
    const failures = await undo.rollback()
    if (failures.length > 0) {
      call.log.error({ netns, error: new AggregateError(failures) }, 'attachment could not be taken back')
    }
    throw attachError(error, args, delegate.network.name)
  }
}

function openNamespace({ request, services }: Call, delegate: Delegate) {
  const { netns, ifName } = request
  try {
    return services.kernel.openPodNamespace(netns, { allowOwn: false })
  } catch (error) {
    throw namespaceUnreachable(delegate, ifName, { netns, error })
  }
}

async function delDelegate(call: Call, delegate: Delegate): Promise<void> {
  const { ifName } = call.request
  try {
    await call.attempt.step(`detach ${ifName}`, () => detach(delegate, ifName, attachContext(call)))
  } catch (error) {
    throw releaseError([error instanceof Error ? error : new Error(String(error))])
  }
}
