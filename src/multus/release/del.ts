// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf, toError } from '../../base/index.ts'
import { CniError, toCniError } from '../../cni/index.ts'
import { deviceInfoFile, detach } from '../attach/attach.ts'
import type { AttachContext } from '../attach/attach.ts'
import { removeScratchFile } from '../cache/scratch-file.ts'
import { inOrder } from '../attach/in-order.ts'
import type { OrderedAttachment } from '../attach/order.ts'
import { attachContext, orderOptions } from '../call.ts'
import type { Call } from '../call.ts'
import { removeDeviceInfo } from '../devices/device-info.ts'
import { commandError } from '../errors.ts'
import type { PodNamespace } from '../kernel.ts'
import { isReadyForDel } from '../pod/readiness.ts'
import { releaseLeftovers } from './leftovers.ts'
import { removeLinksTogether } from './release-links.ts'
import { planRelease } from './release-plan.ts'
import type { KnownAttachment, ReleasePlan } from './release-plan.ts'

/**
 * Releases all attachments of a container, last one first (those by programs side by side), and goes on whatever fails (spec §5.7). It needs
 * neither the pod nor the definitions nor the network namespace, and can be repeated.
 *
 * @throws CniError with what failed, in upstream's text (DEL-11).
 */
export async function del(call: Call): Promise<void> {
  const { request, services } = call
  await services.attachGate.release(request.containerId, () => releaseAll(call))
}

async function releaseAll(call: Call): Promise<void> {
  const { request, services, attempt, log } = call
  if (!isReadyForDel(request.config.readinessIndicatorFile))
    log.info({}, 'default network not ready, DEL goes on')
  const plan = await attempt
    .step('plan', () => planRelease(call))
    .catch((error: unknown) => {
      throw commandError(error, request.args)
    })
  // Held to the end: the plugins of all networks look into it, and share what is open.
  using namespace = openNamespace(call)
  await attempt.step('links', () => removeLinksTogether(call, plan.attachments, namespace))
  const context = attachContext(call)
  const releaseOne = (attachment: KnownAttachment): Promise<Error | undefined> =>
    attempt
      .step(`detach ${attachment.interfaceName}`, () => release(attachment, context))
      .then(() => undefined, toError)
  const failures = (await inOrder(lastFirst(plan), releaseOne, orderOptions(call))).filter(
    (failure) => failure !== undefined,
  )
  // Where a plugin failed, its address may still be in use.
  if (plan.source !== 'scratch' && failures.length === 0) {
    await attempt
      .step('leftovers', () => releaseLeftovers(call, namespace))
      .catch((error: unknown) => {
        failures.push(toError(error))
      })
  }
  forget(call, plan, failures)
  services.attachGate.forget(request.containerId)
  if (failures.length > 0) throw releaseError(failures)
}

function openNamespace({ request: { netns }, services, log }: Call): PodNamespace | undefined {
  if (netns === '') return undefined
  try {
    return services.kernel.openPodNamespace(netns, { allowOwn: false })
  } catch (error) {
    log.debug({ error }, 'namespace of the pod cannot be looked into')
    return undefined
  }
}

// The default network goes when all others have gone.
function lastFirst({ attachments }: ReleasePlan): readonly (KnownAttachment & OrderedAttachment)[] {
  return attachments.map((attachment, index) => ({ ...attachment, isAlone: index === 0 })).toReversed()
}

/** Releases one attachment with the arguments it was made with, and what is known about its device. */
async function release(
  { delegate, interfaceName, cached }: KnownAttachment,
  context: AttachContext,
): Promise<void> {
  const netns = context.netns || (cached?.netns ?? '')
  const own = cached === undefined ? context : { ...context, netns, args: cached.args }
  try {
    await detach(delegate, interfaceName, own, cached?.capabilityArgs)
  } finally {
    const infoFile = deviceInfoFile(delegate, interfaceName, context)
    if (infoFile !== undefined && context.libcni.log) removeDeviceInfo(infoFile, context.libcni.log)
  }
}

// DEL-12. What is kept is found again by a DEL that is repeated; what is not, by what libcni remembers.
function forget({ request, log }: Call, { source }: ReleasePlan, failures: readonly Error[]): void {
  const { config, containerId } = request
  const isKept =
    config.retryDeleteOnError &&
    failures.some((error) => !describeError(error).includes('no such file or directory'))
  if (source !== 'scratch' || isKept) return
  try {
    removeScratchFile({ cniDir: config.cniDir, containerId })
  } catch (error) {
    log.warn({ error }, 'record of the pod could not be removed')
  }
}

/** All failures of a release as one error; the code is that of the first plugin that said one. */
export function releaseError(failures: readonly Error[]): CniError {
  const all = new AggregateError(failures, '')
  const { code } = toCniError(all)
  return new CniError(code, failures.map(describeError).join(' / '), { cause: all, id: errorIdOf(all) })
}
