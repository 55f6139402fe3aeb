// SPDX-License-Identifier: Apache-2.0

import { retry } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { objectField } from '../resources/fields.ts'
import { parsePod, pods } from '../resources/pod.ts'
import type { Pod } from '../resources/pod.ts'
import { genericResource } from '../resources/resource.ts'
import { ApiError } from './api-error.ts'
import type { KubernetesClient } from './client.ts'

/** The pod to write to. */
export interface PodRef {
  readonly namespace: string
  readonly name: string
  /** The pod must still be this one. Leave out for static pods, whose UID in the API is not the kubelet's. */
  readonly uid?: string | undefined
}

/** Annotations to set; null removes one. */
export type AnnotationChanges = Readonly<Record<string, string | null>>

/** The bounds of a write, all its requests together. */
export interface AnnotateOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

// Upstream's figures (spec STS-11).
const conflictAttempts = 5
const conflictDelayMs = 10
// An administrator may grant the right meanwhile.
const forbiddenForMs = 600_000

const rawPods = genericResource(pods)

/**
 * Writes annotations of pods through `pods/status`, which cannot touch their spec.
 *
 * One request does it where the service account may patch `pods/status`: a merge patch that carries the UID, so that
 * the server refuses it for a pod that took the name over. Upstream's ClusterRole grants only update, so a refusal is
 * remembered for ten minutes, and the write is upstream's: GET, then PUT, again when another writer was faster.
 */
export class PodAnnotator {
  readonly #client: KubernetesClient
  #patchFrom = -Infinity

  constructor(client: KubernetesClient) {
    this.#client = client
  }

  /**
   * The pod with its new annotations.
   *
   * @throws ApiError, `kubernetes/object-replaced` when the pod has another UID.
   */
  async write(pod: PodRef, changes: AnnotationChanges, options: AnnotateOptions): Promise<Pod> {
    const deadline = performance.now() + options.timeoutMs
    const bounds = () => ({ timeoutMs: Math.max(deadline - performance.now(), 1), signal: options.signal })
    if (performance.now() >= this.#patchFrom) {
      const patched = await this.#tryPatch({ ...pod, ...bounds() }, changes)
      if (patched !== undefined) return patched
    }
    return retry(async () => this.#replace(pod, changes, bounds), {
      attempts: conflictAttempts,
      delayMs: conflictDelayMs,
      jitter: 0.1,
      signal: options.signal,
      shouldRetry: (error) => error instanceof ApiError && error.id === 'kubernetes/conflict',
    })
  }

  // undefined when GET and PUT have to say what is the matter.
  async #tryPatch(
    { uid, ...ref }: PodRef & AnnotateOptions,
    annotations: AnnotationChanges,
  ): Promise<Pod | undefined> {
    const metadata = uid === undefined || uid === '' ? { annotations } : { uid, annotations }
    try {
      return await this.#client.patch(pods, ref, { metadata }, { type: 'merge', subresource: 'status' })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      // 405 and 415: what is there does not know patches on this path.
      if (error.status === 403 || error.status === 405 || error.status === 415) {
        this.#patchFrom = performance.now() + forbiddenForMs
        return undefined
      }
      // 422: the UID is immutable, so the pod is another one. Which one it is, only GET tells.
      if (error.status === 409 || error.status === 422) return undefined
      throw error
    }
  }

  async #replace(pod: PodRef, changes: AnnotationChanges, bounds: () => AnnotateOptions): Promise<Pod> {
    const { content, metadata } = await this.#client.get(rawPods, { ...pod, ...bounds() })
    if (pod.uid !== undefined && pod.uid !== '' && pod.uid !== metadata.uid) throw replaced(pod, metadata.uid)
    const body = withAnnotations(content, changes)
    const updated = await this.#client.update(rawPods, body, { ...bounds(), subresource: 'status' })
    return parsePod(updated.content)
  }
}

function withAnnotations(pod: JsonObject, changes: AnnotationChanges): JsonObject {
  const metadata = objectField(pod, 'metadata')
  const all = Object.entries({ ...objectField(metadata, 'annotations'), ...changes })
  return {
    ...pod,
    metadata: { ...metadata, annotations: Object.fromEntries(all.filter(([, text]) => text !== null)) },
  }
}

function replaced({ namespace, name, uid }: PodRef, actual: string): ApiError {
  const detail = `expected pod ${namespace}/${name} UID "${uid}" but got "${actual}" from Kube API`
  const message = `Cannot annotate pod ${namespace}/${name}: ${detail}`
  return new ApiError('kubernetes/object-replaced', message, { status: 0, reason: '', detail })
}
