// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, type JsonObject, type JsonValue } from '../../base/index.ts'
import { type KubernetesClient, type Workload, deployments, replicaSets } from '../../kubernetes/index.ts'
import { templateHash } from './names.ts'
import { isOwnedBy, ownerEntry, type ReconcileTools } from './replicas.ts'

const hashLabel = 'pod-template-hash'

/**
 * Gives a deployment a replica set of its present template and as many replicas as it wants. A set of an older
 * template keeps its pods until the new ones are ready.
 */
export async function reconcileDeployment(
  { client, status }: ReconcileTools,
  deployment: Workload,
  all: readonly Workload[],
): Promise<void> {
  const hash = templateHash(deployment.template)
  const own = all.filter((set) => isOwnedBy(set, deployment))
  const current =
    own.find((set) => set.metadata.labels[hashLabel] === hash) ??
    (await client.create(replicaSets, replicaSetBody(deployment, hash)))
  await scale(client, current, deployment.replicas)
  const old = own.filter((set) => set !== current && set.metadata.labels[hashLabel] !== hash)
  if (current.observed.readyReplicas >= deployment.replicas) {
    for (const set of old) await scale(client, set, 0)
  }
  await status.write(deployments, deployment, statusOf(deployment, current, old))
}

async function scale(client: KubernetesClient, set: Workload, replicas: number): Promise<void> {
  if (set.replicas === replicas) return
  const { namespace, name } = set.metadata
  await client.patch(replicaSets, { namespace, name }, { spec: { replicas } }, { type: 'merge' })
}

function statusOf(deployment: Workload, current: Workload, old: readonly Workload[]): JsonObject {
  const sum = (key: 'replicas' | 'readyReplicas'): number =>
    [current, ...old].reduce((total, set) => total + set.observed[key], 0)
  const ready = sum('readyReplicas')
  const available = ready >= deployment.replicas
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: sum('replicas'),
    updatedReplicas: current.observed.replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: Math.max(0, deployment.replicas - ready),
    conditions: [
      condition(
        'Available',
        available,
        available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      ),
      condition('Progressing', true, available ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated'),
    ],
  }
}

function condition(type: string, holds: boolean, reason: string): JsonObject {
  return { type, status: holds ? 'True' : 'False', reason, message: '' }
}

function replicaSetBody(deployment: Workload, hash: string): JsonObject {
  const { namespace, name } = deployment.metadata
  const { metadata, spec } = deployment.template
  return {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels: { ...labelsOf(metadata), [hashLabel]: hash },
      ownerReferences: [ownerEntry(deployment)],
    },
    spec: {
      replicas: deployment.replicas,
      selector: { matchLabels: { ...deployment.selector, [hashLabel]: hash } },
      template: {
        metadata: {
          ...(isJsonObject(metadata) ? metadata : {}),
          labels: { ...labelsOf(metadata), [hashLabel]: hash },
        },
        spec,
      },
    },
  }
}

function labelsOf(metadata: JsonValue | undefined): JsonObject {
  const labels = isJsonObject(metadata) ? metadata['labels'] : undefined
  return isJsonObject(labels) ? labels : {}
}
