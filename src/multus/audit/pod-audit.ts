// SPDX-License-Identifier: Apache-2.0

import { errorIdOf, PlaitError } from '../../base/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import type { Services } from '../call.ts'
import type { Cluster } from '../cluster.ts'
import type { Boot } from '../gc/boot.ts'
import { listSandboxRecords } from '../gc/sandbox-records.ts'
import { withDefinitions } from './defined-networks.ts'
import { eventReasons } from '../status/event-reasons.ts'
import { restoreStatuses } from './restore-statuses.ts'
import type { PlacedRecord } from './restore-statuses.ts'
import { lacksStatus } from './lacks-status.ts'
import { unattachedPods } from './unattached-pods.ts'
import type { UnattachedPod } from './unattached-pods.ts'

/** Compares the pods of this node with what is written down about them. */
export interface PodAudit {
  /** Writes the statuses that got lost; how many. @throws ApiError when the API is not to be had */
  restoreStatuses(pods: readonly Pod[], signal: AbortSignal): Promise<number>
  /** The pods among these, all of this node, that were started without us. @throws ApiError, PlaitError */
  findUnattached(pods: readonly Pod[], signal: AbortSignal): Promise<readonly UnattachedPod[]>
  /** Says so on the pod and in the log. */
  tellUnattached(pod: UnattachedPod, options: { readonly isEvicted: boolean }): void
  /**
   * Evicts such a pod, if it still is one.
   *
   * @returns whether it was evicted.
   * @throws ApiError, `kubernetes/busy` while a disruption budget is against it.
   */
  evict(pod: UnattachedPod, signal: AbortSignal): Promise<boolean>
  /** The name of this node, as a pod has it that has a live sandbox here; undefined when none of these has. */
  findNodeName(pods: readonly Pod[]): Promise<string | undefined>
}

/** What an audit works with. */
export interface PodAuditOptions {
  readonly services: Services
  /** Without Kubernetes there is nothing to compare. */
  readonly cluster: Cluster
  readonly boot: Boot
  /** The directories in which something is written down. */
  readonly cniDirs: () => Iterable<string>
}

/** The audit of a node with Kubernetes. */
export function createPodAudit(options: PodAuditOptions): PodAudit {
  const { services, cluster, boot, cniDirs } = options
  const recordsOf = async (): Promise<readonly PlacedRecord[]> => listRecords(cniDirs())
  const findUnattached: PodAudit['findUnattached'] = async (pods, signal) => {
    // Files are read only where there is somebody to suspect.
    if (!pods.some(lacksStatus)) return []
    const found = unattachedPods(pods, { records: await recordsOf(), boot })
    return withDefinitions(found, cluster, signal)
  }
  return {
    findUnattached,
    restoreStatuses: async (pods, signal) => {
      if (!pods.some(lacksStatus)) return 0
      return restoreStatuses(pods, { services, cluster, records: await recordsOf(), signal })
    },
    tellUnattached: (pod, { isEvicted }) => {
      const { namespace, name, uid } = pod
      const message = describeUnattached(pod, isEvicted)
      cluster.postEvent({
        pod: { namespace, name, uid },
        type: 'Warning',
        reason: eventReasons.networksMissing,
        message,
      })
      const error = new PlaitError('multus/networks-missing', message)
      services.log.warn({ pod: `${namespace}/${name}`, error }, 'pod was started without its networks')
    },
    evict: async ({ namespace, name, uid }, signal) => {
      try {
        const current = await cluster.getPod({ namespace, name }, { signal })
        const [still] = await findUnattached([current], signal)
        if (still === undefined || still.uid !== uid || still.obstacle !== undefined) return false
        await cluster.evict({ namespace, name, uid }, { signal })
        return true
      } catch (error) {
        if (errorIdOf(error) === 'kubernetes/not-found') return false
        throw error
      }
    },
    findNodeName: async (pods) => {
      const live = (await recordsOf()).filter(({ netns }) =>
        netns.some((path) => services.kernel.presenceOf(path) === 'there'),
      )
      const uids = new Set(live.map(({ pod }) => pod?.uid))
      return pods.find(({ metadata }) => uids.has(metadata.uid))?.spec.nodeName
    },
  }
}

async function listRecords(cniDirs: Iterable<string>): Promise<readonly PlacedRecord[]> {
  const all: PlacedRecord[] = []
  for (const cniDir of cniDirs) {
    for (const record of await listSandboxRecords(cniDir)) all.push({ ...record, cniDir })
  }
  return all
}

function describeUnattached({ networks, obstacle }: UnattachedPod, isEvicted: boolean): string {
  const what = networks.length === 0 ? 'networks' : networks.join(', ')
  const controlled = isEvicted
    ? 'it is going to be evicted, and its controller makes one that has them'
    : 'delete it, and its controller makes one that has them'
  return `Cannot find ${what} on the pod: it was started without Multus; ${obstacle ?? controlled}`
}
