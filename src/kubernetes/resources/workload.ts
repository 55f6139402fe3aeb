// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { numberField, objectField, stringMapField } from './fields.ts'
import { parseObjectMeta } from './object-meta.ts'
import type { KubernetesObject } from './object-meta.ts'
import { apiVersionOf } from './resource.ts'
import type { Resource, ResourceKind } from './resource.ts'

/** An object that keeps a number of equal pods alive: a Deployment or a ReplicaSet. */
export interface Workload extends KubernetesObject {
  /** How many pods are wanted; 1 when the object does not say. */
  readonly replicas: number
  /** The labels by which its pods are known (`matchLabels`; `matchExpressions` are not read). */
  readonly selector: Readonly<Record<string, string>>
  /** Metadata and spec of the pods, as they came, to make pods from. */
  readonly template: JsonObject
  /** The counts of the status. */
  readonly observed: { readonly replicas: number; readonly readyReplicas: number }
}

const deploymentKind = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
}
const replicaSetKind = {
  group: 'apps',
  version: 'v1',
  plural: 'replicasets',
  kind: 'ReplicaSet',
  namespaced: true,
}

/** `deployments` of `apps/v1`. */
export const deployments: Resource<Workload> = workloadResource(deploymentKind)

/** `replicasets` of `apps/v1`. */
export const replicaSets: Resource<Workload> = workloadResource(replicaSetKind)

function workloadResource(kind: ResourceKind): Resource<Workload> {
  const apiVersion = apiVersionOf(kind)
  return { ...kind, parse: (object) => ({ apiVersion, kind: kind.kind, ...parseWorkload(object) }) }
}

function parseWorkload(object: JsonObject): Omit<Workload, 'apiVersion' | 'kind'> {
  const spec = objectField(object, 'spec')
  const status = objectField(object, 'status')
  return {
    metadata: parseObjectMeta(object),
    replicas: numberField(spec, 'replicas') ?? 1,
    selector: stringMapField(objectField(spec, 'selector'), 'matchLabels'),
    template: objectField(spec, 'template'),
    observed: {
      replicas: numberField(status, 'replicas') ?? 0,
      readyReplicas: numberField(status, 'readyReplicas') ?? 0,
    },
  }
}
