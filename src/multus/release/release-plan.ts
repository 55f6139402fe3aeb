// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../base/index.ts'
import { cacheFileName, listCachedAttachments } from '../../cni/index.ts'
import type { CachedAttachment } from '../../cni/index.ts'
import { repairLossyDelegate } from '../cache/lossy-delegate.ts'
import { keepScratchFileAside, readScratchFile } from '../cache/scratch-file.ts'
import type { ScratchKey } from '../cache/scratch-file.ts'
import { assemblyContext } from '../call.ts'
import type { Call } from '../call.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { loadDelegate } from '../delegate/load.ts'
import { configuredDelegates, podDelegates } from '../delegate/delegates.ts'
import { noDevices } from '../devices/device-pool.ts'
import { withPrefix } from '../errors.ts'
import { interfaceNames } from '../attach/interface-names.ts'
import { findPodForDel } from '../pod/pod.ts'
import type { PodInfo } from '../pod/pod.ts'

/** One attachment that is to be released or checked. */
export interface KnownAttachment {
  readonly delegate: Delegate
  readonly interfaceName: string
  /** What libcni remembers of it, when that is all there is: its arguments are those of the ADD. */
  readonly cached?: CachedAttachment
}

/** What a pod is attached to, in the order of ADD, and how that is known. */
export interface ReleasePlan {
  readonly source: 'scratch' | 'results' | 'api'
  readonly attachments: readonly KnownAttachment[]
}

/**
 * What has to be released for a container. The best source that there is: the file of the ADD (DEL-4) and
 * what was attached later; all that libcni remembers under the container id, when that file is gone or
 * corrupt; the networks of configuration
 * and pod, as they are now (DEL-5). Upstream gives up where the file is corrupt or the pod unknown (DEL-6).
 *
 * @throws CniError or PlaitError when nothing is remembered and the networks cannot be found out either.
 */
export async function planRelease(call: Call): Promise<ReleasePlan> {
  const remembered = readRemembered(call)
  const { config, containerId } = call.request
  // Networks that were attached to the running pod stand in no file of an ADD.
  const except = new Set(remembered?.map((known) => resultFile(known, containerId)))
  const results = await listCachedAttachments(config.cniDir, { containerId, except })
  if (remembered !== undefined) {
    return { source: 'scratch', attachments: [...remembered, ...fromResults(results, call)] }
  }
  if (results.length > 0) return { source: 'results', attachments: fromResults(results, call) }
  return { source: 'api', attachments: named(await deriveDelegates(call), call) }
}

function resultFile({ delegate, interfaceName: ifName }: KnownAttachment, containerId: string): string {
  return cacheFileName({ networkName: delegate.network.name, containerId, ifName })
}

/** What the file of the ADD says; undefined when there is none. One that cannot be used is kept aside. */
export function readRemembered(call: Call): readonly KnownAttachment[] | undefined {
  const { config, containerId } = call.request
  const key: ScratchKey = { cniDir: config.cniDir, containerId }
  try {
    const delegates = readScratchFile(key)
    if (delegates === undefined || delegates.length === 0) return undefined
    return named(
      delegates.map((delegate) => repairLossyDelegate(delegate, config.clusterNetwork)),
      call,
    )
  } catch (error) {
    if (errorIdOf(error) !== 'multus/cache-corrupt') throw error
    const aside = keepScratchFileAside(key)
    call.log.warn({ error, aside }, 'record of the pod kept aside, going on by container id')
    return undefined
  }
}

function named(delegates: readonly Delegate[], { request }: Call): readonly KnownAttachment[] {
  const names = interfaceNames(delegates, request.ifName)
  return delegates.map((delegate, index) => ({ delegate, interfaceName: names[index] ?? '' }))
}

const byName = new Intl.Collator('en', { numeric: true })

// The default network first, as at ADD; the others by their names, net2 before net10.
function fromResults(
  results: readonly CachedAttachment[],
  { request, log }: Call,
): readonly KnownAttachment[] {
  return results
    .toSorted(
      (a, b) =>
        Number(b.ifName === request.ifName) - Number(a.ifName === request.ifName) ||
        byName.compare(a.ifName, b.ifName),
    )
    .flatMap((cached) => {
      try {
        const delegate = loadDelegate(cached.config.toString())
        return [{ delegate, interfaceName: cached.ifName, cached }]
      } catch (error) {
        log.error({ network: cached.networkName, error }, 'remembered network cannot be used')
        return []
      }
    })
}

async function deriveDelegates(call: Call): Promise<readonly Delegate[]> {
  const pod = await findPodOrNone(call)
  const context = assemblyContext(call, pod, pod ? call.services.devicesOf(pod) : noDevices)
  try {
    const configured = await withPrefix('failed to get clusterNetwork/defaultNetworks', () =>
      configuredDelegates(context),
    )
    return pod === undefined ? configured : await withAnnotations(call, configured, context)
  } catch (error) {
    if (pod !== undefined) throw error
    // DEL-6: nothing is known about the container, and it may never have been added.
    call.log.warn({ error }, 'nothing is known about the container, nothing is released')
    return []
  }
}

// DEL-5: what the annotations say is worth trying; the default network is released in any case.
async function withAnnotations(
  call: Call,
  configured: readonly Delegate[],
  context: Parameters<typeof podDelegates>[1],
): Promise<readonly Delegate[]> {
  try {
    return (await podDelegates(configured, context)).delegates
  } catch (error) {
    if (configured.length === 0) throw new Error('failed to get delegates', { cause: error })
    call.log.error({ error }, 'networks of the pod not found, releasing the default network')
    return configured
  }
}

async function findPodOrNone({ request, services, signal, log }: Call): Promise<PodInfo | undefined> {
  const { cluster, podTiming: timing } = services
  if (cluster === undefined) return undefined
  try {
    return await findPodForDel({ cluster, args: request.args, timing, signal })
  } catch (error) {
    // A late DEL of a pod that is gone is everyday; anything else is worth its whole story.
    if (errorIdOf(error) === 'multus/pod-missing') log.info({}, 'pod not found, but continue to delete')
    else log.warn({ error }, 'pod not found, but continue to delete')
    return undefined
  }
}
