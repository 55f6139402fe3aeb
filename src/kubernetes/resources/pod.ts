// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { booleanField, numberField, objectField, objectsField, stringField, stringsField } from './fields.ts'
import { parseObjectMeta } from './object-meta.ts'
import type { KubernetesObject } from './object-meta.ts'
import type { Resource } from './resource.ts'

/** A container of a pod, as far as the lab runs it. */
interface PodContainer {
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly args: readonly string[]
}

/** What was asked of a pod. */
interface PodSpec {
  /** The node it was given to; undefined until it is scheduled. */
  readonly nodeName?: string | undefined
  /** Such a pod shares the network of its node, and nothing is attached to it. */
  readonly hostNetwork: boolean
  readonly restartPolicy?: string | undefined
  readonly containers: readonly PodContainer[]
}

/** One condition of a status, such as `Ready`. */
interface Condition {
  readonly type: string
  readonly status: string
  readonly reason?: string | undefined
  readonly message?: string | undefined
}

/** How one container of a pod fares. */
interface PodContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly restartCount: number
  /** When the run began that goes on, or else the one that ended last; RFC 3339, undefined before the first. */
  readonly startedAt?: string | undefined
}

/** A claim of devices that was made for a pod, by the name that the pod's spec gives it. */
interface PodResourceClaimStatus {
  readonly name: string
  readonly resourceClaimName?: string | undefined
}

/** What became of a pod. */
interface PodStatus {
  readonly phase?: string | undefined
  readonly hostIP?: string | undefined
  readonly podIP?: string | undefined
  readonly podIPs: readonly string[]
  readonly conditions: readonly Condition[]
  readonly containerStatuses: readonly PodContainerStatus[]
  readonly resourceClaimStatuses: readonly PodResourceClaimStatus[]
}

/** A pod, as far as networks and the lab are concerned with it. */
export interface Pod extends KubernetesObject {
  readonly spec: PodSpec
  readonly status: PodStatus
}

/** `pods` of the core group. */
export const pods: Resource<Pod> = {
  group: '',
  version: 'v1',
  plural: 'pods',
  kind: 'Pod',
  namespaced: true,
  parse: parsePod,
}

/** A pod from the JSON of the API. */
export function parsePod(object: JsonObject): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: parseObjectMeta(object),
    spec: parsePodSpec(objectField(object, 'spec')),
    status: parsePodStatus(objectField(object, 'status')),
  }
}

/** A pod without what only its containers need: upstream's informer leaves that out as well (spec INF-3). */
export function trimPod(pod: Pod): Pod {
  const containers = pod.spec.containers.map(({ name, image }) => ({ name, image, command: [], args: [] }))
  return { ...pod, spec: { ...pod.spec, containers } }
}

function parsePodSpec(spec: JsonObject): PodSpec {
  return {
    nodeName: stringField(spec, 'nodeName'),
    hostNetwork: booleanField(spec, 'hostNetwork'),
    restartPolicy: stringField(spec, 'restartPolicy'),
    containers: objectsField(spec, 'containers').map((container) => ({
      name: stringField(container, 'name') ?? '',
      image: stringField(container, 'image') ?? '',
      command: stringsField(container, 'command'),
      args: stringsField(container, 'args'),
    })),
  }
}

function parsePodStatus(status: JsonObject): PodStatus {
  return {
    phase: stringField(status, 'phase'),
    hostIP: stringField(status, 'hostIP'),
    podIP: stringField(status, 'podIP'),
    podIPs: objectsField(status, 'podIPs').flatMap((entry) => stringField(entry, 'ip') ?? []),
    conditions: objectsField(status, 'conditions').map(parseCondition),
    containerStatuses: objectsField(status, 'containerStatuses').map((container) => ({
      name: stringField(container, 'name') ?? '',
      ready: booleanField(container, 'ready'),
      restartCount: numberField(container, 'restartCount') ?? 0,
      startedAt: startOf(container),
    })),
    resourceClaimStatuses: objectsField(status, 'resourceClaimStatuses').map((claim) => ({
      name: stringField(claim, 'name') ?? '',
      resourceClaimName: stringField(claim, 'resourceClaimName'),
    })),
  }
}

function startOf(container: JsonObject): string | undefined {
  const runs = ['state', 'lastState'].flatMap((key) => {
    const state = objectField(container, key)
    return [objectField(state, 'running'), objectField(state, 'terminated')]
  })
  return runs.map((run) => stringField(run, 'startedAt')).find((start) => start !== undefined)
}

function parseCondition(condition: JsonObject): Condition {
  return {
    type: stringField(condition, 'type') ?? '',
    status: stringField(condition, 'status') ?? '',
    reason: stringField(condition, 'reason'),
    message: stringField(condition, 'message'),
  }
}
