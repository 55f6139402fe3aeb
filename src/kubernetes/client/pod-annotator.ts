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
    const bounds = sharedBounds(options)
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

  /**
   * Writes to a pod that is as the caller wants it, and only if nobody has changed it since it was looked at.
   *
   * @param isWanted is asked about the pod as the API has it, right before the write.
   * @returns whether it was written.
   * @throws ApiError, `kubernetes/object-replaced` when the pod has another UID.
   */
  async writeIf(
    pod: PodRef,
    changes: AnnotationChanges,
    { isWanted, ...options }: AnnotateOptions & { readonly isWanted: (pod: Pod) => boolean },
  ): Promise<boolean> {
    const bounds = sharedBounds(options)
    const { content, metadata } = await this.#client.get(rawPods, { ...pod, ...bounds() })
    checkUid(pod, metadata.uid)
    if (!isWanted(parsePod(content))) return false
    const { uid, resourceVersion } = metadata
    try {
      const seen = { ...pod, uid, resourceVersion, ...bounds() }
      if (performance.now() >= this.#patchFrom && (await this.#patch(seen, changes)) !== undefined)
        return true
      await this.#client.update(rawPods, withAnnotations(content, changes), {
        ...bounds(),
        subresource: 'status',
      })
      return true
    } catch (error) {
      if (error instanceof ApiError && error.id === 'kubernetes/conflict') return false
      throw error
    }
  }

  // undefined when GET and PUT have to say what is the matter.
  async #tryPatch(pod: PodRef & AnnotateOptions, changes: AnnotationChanges): Promise<Pod | undefined> {
    try {
      return await this.#patch(pod, changes)
    } catch (error) {
      // 422: the UID is immutable, so the pod is another one. Which one it is, only GET tells.
      if (error instanceof ApiError && (error.status === 409 || error.status === 422)) return undefined
      throw error
    }
  }

  // undefined where patches are not to be had.
  async #patch(
    { uid, resourceVersion, ...ref }: PodRef & AnnotateOptions & { readonly resourceVersion?: string },
    annotations: AnnotationChanges,
  ): Promise<Pod | undefined> {
    const metadata = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }), annotations }
    try {
      return await this.#client.patch(pods, ref, { metadata }, { type: 'merge', subresource: 'status' })
    } catch (error) {
      // 405 and 415: what is there does not know patches on this path.
      if (!(error instanceof ApiError) || ![403, 405, 415].includes(error.status)) throw error
      this.#patchFrom = performance.now() + forbiddenForMs
      return undefined
    }
  }

  async #replace(pod: PodRef, changes: AnnotationChanges, bounds: () => AnnotateOptions): Promise<Pod> {
    const { content, metadata } = await this.#client.get(rawPods, { ...pod, ...bounds() })
    checkUid(pod, metadata.uid)
    const body = withAnnotations(content, changes)
    const updated = await this.#client.update(rawPods, body, { ...bounds(), subresource: 'status' })
    return parsePod(updated.content)
  }
}

/** What is left of the bounds at each request. */
function sharedBounds({ timeoutMs, signal }: AnnotateOptions): () => AnnotateOptions {
  const deadline = performance.now() + timeoutMs
  return () => ({ timeoutMs: Math.max(deadline - performance.now(), 1), signal })
}

function withAnnotations(pod: JsonObject, changes: AnnotationChanges): JsonObject {
  const metadata = objectField(pod, 'metadata')
  const all = Object.entries({ ...objectField(metadata, 'annotations'), ...changes })
  return {
    ...pod,
    metadata: { ...metadata, annotations: Object.fromEntries(all.filter(([, text]) => text !== null)) },
  }
}

function checkUid({ namespace, name, uid = '' }: PodRef, actual: string): void {
  if (uid === '' || uid === actual) return
  const detail = `expected pod ${namespace}/${name} UID "${uid}" but got "${actual}" from Kube API`
  const message = `Cannot annotate pod ${namespace}/${name}: ${detail}`
  throw new ApiError('kubernetes/object-replaced', message, { status: 0, reason: '', detail })
}
