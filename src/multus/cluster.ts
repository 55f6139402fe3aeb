// SPDX-License-Identifier: Apache-2.0

import type { NetworkAttachmentDefinition, Pod } from '../kubernetes/index.ts'

/** One pod by its identity; the UID tells it from a later one of the same name. */
export interface PodRef {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** An object by its place in the API. */
export interface ObjectName {
  readonly namespace: string
  readonly name: string
}

/** Something to tell about a pod, as `kubectl describe pod` shows it (§5.15). */
export interface PodEvent {
  readonly pod: PodRef
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

/** How long one question to the API may take, and what ends it early. */
export interface CallBounds {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

/** The same for a write that depends on what is there. */
export interface ConditionalBounds extends CallBounds {
  readonly isWanted: (pod: Pod) => boolean
}

/** What Multus needs of Kubernetes. The API may be asked, or a copy that an informer keeps. */
export interface Cluster {
  /** The pod as the informer knows it; undefined without informer, or when it does not know it (yet). */
  cachedPod(name: ObjectName): Pod | undefined
  /** The pod as the API knows it. @throws ApiError */
  getPod(name: ObjectName, bounds: CallBounds): Promise<Pod>
  /** The definition, from the informer if it knows it, else from the API. @throws ApiError */
  getDefinition(name: ObjectName, bounds: CallBounds): Promise<NetworkAttachmentDefinition>
  /** The namespaces that have a definition of that name, sorted, a bounded number of them. */
  namespacesWithDefinition(name: string, bounds: CallBounds): Promise<readonly string[]>
  /** Writes the status annotation of that very pod. @throws ApiError */
  writeStatus(pod: PodRef, annotation: string, bounds: CallBounds): Promise<void>
  /**
   * Writes the status annotation of that very pod if `isWanted` agrees to the pod as the API has it, and nobody changes
   * it meanwhile; whether it was written. @throws ApiError
   */
  writeStatusIf(pod: PodRef, annotation: string, bounds: ConditionalBounds): Promise<boolean>
  /** Evicts that very pod. @throws ApiError, `kubernetes/busy` while a disruption budget is against it */
  evict(pod: PodRef, bounds: CallBounds): Promise<void>
  /** Posts an event, sooner or later; never throws. */
  postEvent(event: PodEvent): void
}
