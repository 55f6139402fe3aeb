// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, type JsonObject } from '../../base/index.ts'
import { type KubernetesClient, type Pod, type Workload, pods, replicaSets } from '../../kubernetes/index.ts'
import { randomSuffix } from './names.ts'
import type { StatusWriter } from './status-writer.ts'

/** What workloads are changed with. */
export interface ReconcileTools {
  readonly client: KubernetesClient
  readonly status: StatusWriter
}

/** Whether the pod is served: it runs and all its containers are ready. */
export function isReady({ status }: Pod): boolean {
  return status.conditions.some((one) => one.type === 'Ready' && one.status === 'True')
}

/** Makes or removes pods until a replica set has as many as it wants, and tells the counts in its status. */
export async function reconcileReplicaSet(
  { client, status }: ReconcileTools,
  set: Workload,
  all: readonly Pod[],
): Promise<void> {
  const own = all.filter((pod) => isOwnedBy(pod, set) && pod.metadata.deletionTimestamp === undefined)
  const missing = set.replicas - own.length
  for (let made = 0; made < missing; made += 1) await client.create(pods, podBody(set))
  for (const pod of leastUseful(own).slice(0, Math.max(0, -missing))) {
    const { namespace, name, uid } = pod.metadata
    await client.remove(pods, { namespace, name }, { uid })
  }
  await status.write(replicaSets, set, countsOf(set, own))
}

/** Whether an object's controller is the workload. */
export function isOwnedBy({ metadata }: Pick<Pod, 'metadata'>, owner: Workload): boolean {
  return metadata.ownerReferences.some(({ uid, controller }) => controller && uid === owner.metadata.uid)
}

/** The entry for `ownerReferences` of what the workload controls. */
export function ownerEntry({ apiVersion, kind, metadata }: Workload): JsonObject {
  const { name, uid } = metadata
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }
}

function countsOf(set: Workload, own: readonly Pod[]): JsonObject {
  const ready = own.filter(isReady).length
  return {
    replicas: own.length,
    fullyLabeledReplicas: own.length,
    readyReplicas: ready,
    availableReplicas: ready,
    observedGeneration: set.metadata.generation,
  }
}

/** Which pods go first when there are too many: those without a node, those not ready, the youngest. */
function leastUseful(own: readonly Pod[]): Pod[] {
  const rank = (pod: Pod): string => [pod.spec.nodeName === undefined ? 0 : 1, isReady(pod) ? 1 : 0].join('')
  return own.toSorted(
    (a, b) =>
      rank(a).localeCompare(rank(b)) ||
      (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? ''),
  )
}

function podBody(set: Workload): JsonObject {
  const { metadata, spec } = set.template
  return {
    metadata: {
      ...(isJsonObject(metadata) ? metadata : {}),
      name: `${set.metadata.name}-${randomSuffix()}`,
      namespace: set.metadata.namespace,
      ownerReferences: [ownerEntry(set)],
    },
    spec,
  }
}
