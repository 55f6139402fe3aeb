// SPDX-License-Identifier: Apache-2.0

import { describeError, PlaitError, errorIdOf, UndoStack } from '../../base/index.ts'
import { CniError, resultToVersion } from '../../cni/index.ts'
import type { CniResult } from '../../cni/index.ts'
import { attach, detach, deviceInfoFile } from './attach.ts'
import type { AttachContext } from './attach.ts'
import { changeCachedRoutes } from '../cache/cached-routes.ts'
import { removeScratchFile, writeScratchFile } from '../cache/scratch-file.ts'
import type { ScratchKey } from '../cache/scratch-file.ts'
import type { Sandbox } from '../cache/scratch-format.ts'
import { attachContext, orderOptions, undoContext } from '../call.ts'
import type { Call } from '../call.ts'
import { isNoChange } from './default-route.ts'
import type { DefaultRouteChange } from './default-route.ts'
import { copyDeviceInfo, readDeviceInfo } from '../devices/device-info.ts'
import { attachError, commandError, withPrefix } from '../errors.ts'
import { tellAttached } from '../status/events.ts'
import { checkInterfaceFree, namespaceUnreachable } from './interface-check.ts'
import type { PodNamespace } from '../kernel.ts'
import { inOrder } from './in-order.ts'
import type { OrderedAttachment } from './order.ts'
import { hasContent } from './plan.ts'
import type { AddPlan, Attachment } from './plan.ts'
import { changeKernelRoutes } from './routes.ts'
import { publishStatus } from '../status/publish.ts'

interface Place extends OrderedAttachment {
  readonly route: DefaultRouteChange
}

/**
 * Executes a plan: all of it, or nothing. The file of the pod is written first, so that a DEL finds what a
 * crash left behind (ADD-6), then the networks are attached, the default network first (ADD-7), then the status is
 * written (ADD-8). Upstream takes nothing back when something after an attachment fails (BUG-12).
 *
 * @returns the result of the default network.
 * @throws CniError; what could not be taken back stands in its details.
 */
export async function attachAll(call: Call, plan: AddPlan): Promise<CniResult> {
  const { request, attempt } = call
  const undo = new UndoStack()
  try {
    using namespace = openNamespace(call, plan)
    await withPrefix('error saving the delegates', async () =>
      writeScratchFile(scratchKey(call), plan.delegates, sandboxOf(call)),
    )
    const context = attachContext(call)
    const attachPlace = async (place: Place): Promise<Attachment> => {
      call.signal?.throwIfAborted()
      const held = { namespace, undo, context }
      return attempt.step(`attach ${place.interfaceName}`, () => attachOne(call, place, held))
    }
    const attachments = await inOrder(places(plan), attachPlace, orderOptions(call))
    const result = resultOf(attachments)
    // A result that the runtime's version cannot say must be found out before anybody is told of success.
    resultToVersion(result, request.config.cniVersion)
    await attempt.step('status', () => publishStatus(call, plan.pod, attachments))
    tellAttached(call, plan.pod, attachments)
    return result
  } catch (error) {
    const failure = error instanceof CniError ? error : commandError(error, request.args)
    throw await takeBack(call, undo, failure)
  }
}

function places({ delegates, names, routes }: AddPlan): readonly Place[] {
  return delegates.map((delegate, index) => {
    const route = routes[index] ?? { remove: [], add: [] }
    return {
      delegate,
      interfaceName: names[index] ?? '',
      route,
      isAlone: index === 0 || !isNoChange(route),
    }
  })
}

function scratchKey({ request }: Call): ScratchKey {
  return { cniDir: request.config.cniDir, containerId: request.containerId }
}

function sandboxOf({ request: { netns, ifName, rawArgs: args } }: Call): Sandbox {
  return { netns, ifName, args }
}

function openNamespace({ request, services }: Call, plan: AddPlan): PodNamespace {
  const { netns, args, allowOwnNetns: allowOwn } = request
  try {
    return services.kernel.openPodNamespace(netns, { allowOwn })
  } catch (error) {
    const [first] = places(plan)
    if (first === undefined) throw error
    const { delegate, interfaceName } = first
    throw attachError(
      namespaceUnreachable(delegate, interfaceName, { netns, error }),
      args,
      delegate.network.name,
    )
  }
}

async function attachOne(
  call: Call,
  place: Place,
  { namespace, undo, context }: { namespace: PodNamespace; undo: UndoStack; context: AttachContext },
): Promise<Attachment> {
  const { request } = call
  const { delegate, interfaceName } = place
  try {
    checkInterfaceFree(delegate, interfaceName, namespace)
    // From here on there may be something to take back, also when the plugin fails (ADD-7).
    undo.push(`the attachment to ${delegate.name}`, () => detach(delegate, interfaceName, undoContext(call)))
    const infoFile = deviceInfoFile(delegate, interfaceName, context)
    if (infoFile && delegate.device?.id) copyDeviceInfo(delegate.device, infoFile, call.log)
    const result = await attach(delegate, interfaceName, context)
    if (hasContent(result)) await changeRoutes(call, place, namespace)
    const deviceInfo = infoFile ? readDeviceInfo(infoFile, call.log) : undefined
    return { delegate, interfaceName, result, ...(deviceInfo && { deviceInfo }) }
  } catch (error) {
    if (errorIdOf(error) === 'multus/default-route-failed') throw error
    throw attachError(error, request.args, delegate.network.name)
  }
}

// GW: after each attachment, so that a later plugin finds the place free.
async function changeRoutes(
  { request }: Call,
  { delegate, interfaceName, route }: Place,
  namespace: PodNamespace,
): Promise<void> {
  if (isNoChange(route)) return
  changeKernelRoutes(namespace, interfaceName, route)
  const { containerId, config } = request
  const key = {
    cniDir: config.cniDir,
    networkName: delegate.network.name,
    containerId,
    ifName: interfaceName,
  }
  await changeCachedRoutes(key, route)
}

// ADD-7: without a master the first one counts.
function resultOf(attachments: readonly Attachment[]): CniResult {
  const master = attachments.find(({ delegate }) => delegate.master) ?? attachments[0]
  return master?.result ?? {}
}

async function takeBack(call: Call, undo: UndoStack, failure: CniError): Promise<CniError> {
  const left = await undo.rollback()
  if (left.length === 0) {
    forget(call)
    return failure
  }
  const { code, msg, details, id } = failure
  const what = `could not be taken back, DEL will try again: ${left.map(describeError).join(' / ')}`
  // The answer tells the runtime why the ADD failed; that something is left is for whoever looks after the node.
  call.log.error({ error: new PlaitError('multus/undo-failed', what) }, 'failed ADD not taken back in full')
  return new CniError(code, msg, { details: details ? `${details}; ${what}` : what, cause: failure, id })
}

function forget(call: Call): void {
  try {
    removeScratchFile(scratchKey(call))
  } catch (error) {
    // It holds nothing any more: a DEL that finds it releases what is released already.
    call.log.warn({ error }, 'record of the pod could not be removed')
  }
}
