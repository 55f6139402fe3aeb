// SPDX-License-Identifier: Apache-2.0

import { errorIdOf, isJsonObject, PlaitError, retry } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { ApiError } from '../../kubernetes/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import type { Cluster, PodRef } from '../cluster.ts'
import type { K8sArgs } from '../request/k8s-args.ts'

/** The member of `runtimeConfig` in which containerd hands over the annotations of the pod. */
const podAnnotationsMember = 'io.kubernetes.cri.pod-annotations'

const sourceAnnotation = 'kubernetes.io/config.source'

/** What Multus needs to know of a pod. */
export interface PodInfo extends PodRef {
  readonly annotations: Readonly<Record<string, string>>
}

/** Bounds of the questions to the API. */
export interface PodTiming {
  /** Of one GET. Upstream gives it 50 ms, which busy API servers miss (BUG-16). */
  readonly attemptMs: number
  /** Attempts while the API does not answer. */
  readonly attempts: number
  readonly pauseMs: number
}

/** The default bounds: as patient in all as upstream (POD-1), more patient with one answer. */
export const podTiming: PodTiming = { attemptMs: 5000, attempts: 10, pauseMs: 250 }

/** What a pod is looked up with. */
export interface PodLookup {
  readonly cluster: Cluster
  readonly args: K8sArgs
  readonly timing: PodTiming
  readonly signal?: AbortSignal | undefined
  /** `runtimeConfig`, which may hold the annotations already. */
  readonly runtimeConfig: JsonObject
}

/**
 * The pod of an ADD: from the informer when it knows that very pod, else with the annotations that the
 * runtime handed over, else from the API (spec §5.4).
 *
 * @throws PlaitError `multus/pod-missing` when the API knows no such pod; `multus/pod-replaced` when it
 * knows another one of that name, with upstream's text (POD-5); else upstream's `error waiting for pod: …`.
 */
export async function findPod(lookup: PodLookup): Promise<PodInfo> {
  const { cluster, args } = lookup
  const cached = cluster.cachedPod(args)
  if (cached !== undefined && isThePod(cached, args)) return podInfo(cached)
  const handedOver = annotationsOf(lookup.runtimeConfig)
  if (handedOver !== undefined && args.uid !== '' && !isStatic(handedOver)) {
    return { namespace: args.namespace, name: args.name, uid: args.uid, annotations: handedOver }
  }
  const pod = await getPod(lookup)
  if (isThePod(pod, args)) return podInfo(pod)
  throw new PlaitError(
    'multus/pod-replaced',
    `expected pod UID "${args.uid}" but got "${pod.metadata.uid}" from Kube API`,
  )
}

/**
 * The pod of a DEL, as far as it can be had: DEL goes on without, so there is one short attempt, and
 * another pod of the same name counts as none (POD-5).
 */
export async function findPodForDel(lookup: Omit<PodLookup, 'runtimeConfig'>): Promise<PodInfo | undefined> {
  const { cluster, args } = lookup
  if (args.name === '') return undefined
  const cached = cluster.cachedPod(args)
  const timing = { ...lookup.timing, attempts: 1 }
  const pod = cached && isThePod(cached, args) ? cached : await getPod({ ...lookup, timing })
  return isThePod(pod, args) ? podInfo(pod) : undefined
}

/** Whether the object is the pod that the runtime means. A static pod's UID there is not the one here (POD-6). */
function isThePod({ metadata }: Pod, { uid }: K8sArgs): boolean {
  return uid === '' || metadata.uid === uid || isStatic(metadata.annotations)
}

function isStatic(annotations: PodInfo['annotations']): boolean {
  const source = annotations[sourceAnnotation]
  return source !== undefined && source !== 'api'
}

async function getPod({ cluster, args, timing, signal }: Omit<PodLookup, 'runtimeConfig'>): Promise<Pod> {
  if (args.namespace === '' || args.name === '') {
    const text =
      'error waiting for pod: CNI_ARGS do not name one: K8S_POD_NAMESPACE or K8S_POD_NAME is missing'
    throw new PlaitError('multus/cni-args-invalid', text)
  }
  const { attempts, pauseMs: delayMs, attemptMs: timeoutMs } = timing
  try {
    return await retry(() => cluster.getPod(args, { timeoutMs, signal }), {
      attempts,
      delayMs,
      signal,
      shouldRetry: (error) => error instanceof ApiError && error.transient,
    })
  } catch (error) {
    throw lookupError(error, args)
  }
}

function lookupError(error: unknown, { namespace, name }: K8sArgs): unknown {
  if (!(error instanceof ApiError)) return error
  if (errorIdOf(error) !== 'kubernetes/not-found') {
    return new PlaitError(error.id, `error waiting for pod: ${error.message}`)
  }
  return new PlaitError(
    'multus/pod-missing',
    `Cannot attach networks to pod ${namespace}/${name}: the Kubernetes API does not know it; try again later`,
  )
}

function podInfo({ metadata: { namespace, name, uid, annotations } }: Pod): PodInfo {
  return { namespace, name, uid, annotations }
}

function annotationsOf(runtimeConfig: JsonObject): Readonly<Record<string, string>> | undefined {
  const value = runtimeConfig[podAnnotationsMember]
  if (!isJsonObject(value)) return undefined
  const texts = Object.entries(value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return Object.fromEntries(texts)
}
