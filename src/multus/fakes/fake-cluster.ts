// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { ApiError, parseNetworkAttachmentDefinition, parsePod } from '../../kubernetes/index.ts'
import type { NetworkAttachmentDefinition, Pod } from '../../kubernetes/index.ts'
import type { CallBounds, Cluster, ConditionalBounds, ObjectName, PodEvent, PodRef } from '../cluster.ts'

/** A pod as a test describes it. */
export interface FakePod {
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly annotations?: Readonly<Record<string, string>>
  /** What else its object has. */
  readonly metadata?: JsonObject
  readonly spec?: JsonObject
  readonly status?: JsonObject
}

/** Kubernetes in memory: pods and definitions go in, statuses and events come out as text. */
export class FakeCluster implements Cluster {
  /** Status annotations by `namespace/name`. */
  readonly statuses = new Map<string, string>()
  /** `Normal AddedInterface Add eth0 …`, in order. */
  readonly events: string[] = []
  /** What the API answers in place of a pod, a definition or a status: an outage, or nothing. */
  readonly failures: Partial<Record<'pod' | 'definition' | 'status' | 'eviction', Error | undefined>> = {}
  /** Delays of a status write: it settles when this does. */
  statusGate: Promise<void> = Promise.resolve()
  /** Questions to the API, in order. */
  readonly requests: string[] = []
  readonly #pods = new Map<string, Pod>()
  readonly #cached = new Map<string, Pod>()
  readonly #refused = new Map<string, Error>()
  readonly #definitions = new Map<string, NetworkAttachmentDefinition>()

  /** Puts a pod into the API, and into the informer too unless told otherwise. */
  putPod(pod: FakePod, { cached = true }: { cached?: boolean } = {}): void {
    const { namespace = 'default', name = 'pod1', uid = 'uid-1', annotations = {}, metadata, ...rest } = pod
    const identity = { namespace, name, uid, annotations: { ...annotations } }
    const object = parsePod({ ...rest, metadata: { ...metadata, ...identity } })
    this.#pods.set(`${namespace}/${name}`, object)
    if (cached) this.#cached.set(`${namespace}/${name}`, object)
  }

  /** Has the API answer so to each status of one pod, `namespace/name`. */
  refuseStatusOf(place: string, error: Error): void {
    this.#refused.set(place, error)
  }

  /** Takes a pod out of the API and the informer. */
  removePod(name: ObjectName): void {
    this.#pods.delete(`${name.namespace}/${name.name}`)
    this.#cached.delete(`${name.namespace}/${name.name}`)
  }

  /** Puts a definition into the API; its config is text, or an object that becomes text. */
  putDefinition(place: string, config: string | object, annotations: Record<string, string> = {}): void {
    const [namespace = '', name = ''] = place.split('/')
    const text = typeof config === 'string' ? config : JSON.stringify(config)
    const object = { metadata: { namespace, name, uid: `uid-${place}`, annotations }, spec: { config: text } }
    this.#definitions.set(place, parseNetworkAttachmentDefinition(object))
  }

  cachedPod({ namespace, name }: ObjectName): Pod | undefined {
    return this.#cached.get(`${namespace}/${name}`)
  }

  async getPod({ namespace, name }: ObjectName, { signal }: CallBounds): Promise<Pod> {
    signal?.throwIfAborted()
    this.requests.push(`GET pod ${namespace}/${name}`)
    if (this.failures.pod) throw this.failures.pod
    return this.#pods.get(`${namespace}/${name}`) ?? fail(notFound('pods', name))
  }

  async getDefinition({ namespace, name }: ObjectName): Promise<NetworkAttachmentDefinition> {
    this.requests.push(`GET nad ${namespace}/${name}`)
    if (this.failures.definition) throw this.failures.definition
    const missing = notFound('network-attachment-definitions.k8s.cni.cncf.io', name)
    return this.#definitions.get(`${namespace}/${name}`) ?? fail(missing)
  }

  async namespacesWithDefinition(name: string): Promise<readonly string[]> {
    const places = [...this.#definitions.keys()].filter((place) => place.endsWith(`/${name}`))
    return places.map((place) => place.split('/')[0] ?? '').toSorted()
  }

  async writeStatus({ namespace, name }: PodRef, annotation: string): Promise<void> {
    this.requests.push(`PATCH pod ${namespace}/${name}`)
    await this.statusGate
    const failure = this.failures.status ?? this.#refused.get(`${namespace}/${name}`)
    if (failure) throw failure
    this.statuses.set(`${namespace}/${name}`, annotation)
  }

  async writeStatusIf(pod: PodRef, annotation: string, { isWanted }: ConditionalBounds): Promise<boolean> {
    const current = await this.getPod(pod, {})
    if (current.metadata.uid !== pod.uid || !isWanted(current)) return false
    await this.writeStatus(pod, annotation)
    return true
  }

  async evict({ namespace, name }: PodRef): Promise<void> {
    this.requests.push(`EVICT pod ${namespace}/${name}`)
    if (this.failures.eviction) throw this.failures.eviction
    this.removePod({ namespace, name })
  }

  postEvent({ type, reason, message }: PodEvent): void {
    this.events.push(`${type} ${reason} ${message}`)
  }
}

/** The answer of an API that has no such object. */
export function notFound(resource: string, name: string): ApiError {
  const detail = `${resource} "${name}" not found`
  return new ApiError('kubernetes/not-found', `Cannot get it: ${detail}`, {
    status: 404,
    reason: 'NotFound',
    detail,
  })
}

/** The answer of an API that does not grant it. */
export function forbidden(): ApiError {
  const failure = { status: 403, reason: 'Forbidden', detail: 'the service account may not' }
  return new ApiError('kubernetes/forbidden', `Cannot do it: ${failure.detail}`, failure)
}

/** The failure to reach an API at all. */
export function unreachable(): ApiError {
  const detail = 'connect ECONNREFUSED 127.0.0.1:1'
  return new ApiError('kubernetes/unreachable', `Cannot reach the API: ${detail}`, {
    status: 0,
    reason: '',
    detail,
  })
}

function fail(error: Error): never {
  throw error
}
