// SPDX-License-Identifier: Apache-2.0

import { errorIdOf, formatIp, tryParseCidr } from '../../base/index.ts'
import { ApiError } from '../../kubernetes/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import type { Services } from '../call.ts'
import type { Cluster, PodRef } from '../cluster.ts'
import type { SandboxRecord } from '../gc/sandbox-records.ts'
import { rememberedStatus } from './remembered-status.ts'
import type { RememberedStatus } from './remembered-status.ts'
import { lacksStatus } from './lacks-status.ts'

/** A sandbox, and the directory that tells of it. */
export interface PlacedRecord extends SandboxRecord {
  readonly cniDir: string
}

/** What the statuses are written from, and where to. */
export interface RestoreScene {
  readonly services: Pick<Services, 'kernel' | 'attachGate' | 'log'>
  readonly cluster: Pick<Cluster, 'writeStatusIf'>
  readonly records: readonly PlacedRecord[]
  readonly signal: AbortSignal
}

// An API that refuses so many takes none; it is asked again by every node all the time.
const mostRefusals = 4

/**
 * Writes the statuses that got lost: a process that is killed between the reply of an ADD and the write behind it leaves
 * the pod without one. Only for pods of which all is known: their one live sandbox is ours, whole, of that very UID, no
 * ADD or DEL of it is under way, and nobody else has written meanwhile.
 *
 * @returns how many were written.
 * @throws ApiError at once when the API is not to be had; when it refuses some pods, after the others had their turn.
 */
export async function restoreStatuses(pods: readonly Pod[], scene: RestoreScene): Promise<number> {
  const refusals: ApiError[] = []
  let written = 0
  for (const pod of pods.filter(lacksStatus)) {
    scene.signal.throwIfAborted()
    const sandbox = currentSandbox(pod, scene)
    const annotation = sandbox && annotationFor(pod, sandbox, scene)
    try {
      if (sandbox && annotation && (await write(pod, { sandbox, annotation, scene }))) written++
    } catch (error) {
      if (!(error instanceof ApiError) || error.transient) throw error
      if (refusals.push(error) === mostRefusals) break
    }
  }
  const [refusal] = refusals
  if (refusal) throw refusal
  return written
}

/** The only live sandbox of a pod; undefined when there is none, or any doubt which it is. */
function currentSandbox(
  { metadata }: Pod,
  { services, records }: Pick<RestoreScene, 'services' | 'records'>,
): PlacedRecord | undefined {
  const live = records.filter(
    ({ pod, netns }) =>
      pod?.uid === metadata.uid &&
      netns.length > 0 &&
      netns.every((path) => services.kernel.presenceOf(path) === 'there'),
  )
  return live.length === 1 ? live[0] : undefined
}

function annotationFor(pod: Pod, sandbox: PlacedRecord, { services }: RestoreScene): string | undefined {
  const { containerId, cniDir } = sandbox
  const { log } = services
  try {
    const status = rememberedStatus(sandbox, { cniDir, log })
    return status && hasAddressesOf(pod, status) ? status.annotation : undefined
  } catch (error) {
    // DEL keeps such a file aside and says so.
    log.debug({ containerId, error }, 'network status cannot be told from what is remembered')
    return undefined
  }
}

// The kubelet says which addresses the sandbox has that it uses.
function hasAddressesOf({ status: { podIP, podIPs } }: Pod, { defaultResult }: RememberedStatus): boolean {
  const own = (defaultResult.ips ?? []).flatMap(({ address }) => {
    const cidr = tryParseCidr(address)
    return cidr ? [formatIp(cidr.address)] : []
  })
  const told = [...podIPs, ...(podIP ? [podIP] : [])]
  return own.length === 0 || told.length === 0 || told.some((address) => own.includes(address))
}

async function write(
  { metadata: { namespace, name, uid } }: Pod,
  { sandbox, annotation, scene }: { sandbox: PlacedRecord; annotation: string; scene: RestoreScene },
): Promise<boolean> {
  const { cluster, services, signal } = scene
  const { containerId } = sandbox
  const pod: PodRef = { namespace, name, uid }
  const isWanted = (current: Pod): boolean =>
    lacksStatus(current) &&
    !services.attachGate.isBusy(containerId) &&
    sandbox === currentSandbox(current, scene)
  try {
    const written = await cluster.writeStatusIf(pod, annotation, { isWanted, signal })
    if (written) services.log.info({ ...pod, containerId }, 'lost network status written again')
    return written
  } catch (error) {
    const id = errorIdOf(error)
    if (id === 'kubernetes/not-found' || id === 'kubernetes/object-replaced') return false
    throw error
  }
}
