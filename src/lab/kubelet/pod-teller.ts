// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import {
  ApiError,
  type EventRecorder,
  type EventType,
  type GenericObject,
  type KubernetesClient,
  pods,
} from '../../kubernetes/index.ts'
import { referenceTo } from '../cluster/reference.ts'
import { podStatus, type PodState } from './pod-status.ts'

/** Through whom the API is told. */
export interface TellerOptions {
  readonly client: KubernetesClient
  readonly events: EventRecorder
  readonly log: Log
}

/** Tells the API how one pod fares: its status, always the newest last, and events. */
export class PodTeller {
  readonly #options: TellerOptions
  readonly #pod: GenericObject
  #next: PodState | undefined
  #telling: Promise<void> | undefined

  constructor(options: TellerOptions, pod: GenericObject) {
    this.#options = options
    this.#pod = pod
  }

  /** Posts an event about the pod, in the background. */
  post(type: EventType, reason: string, message: string): void {
    this.#options.events.post({ object: referenceTo(this.#pod), type, reason, message })
  }

  /** Writes the status, in the background; of several that wait only the last one is written. */
  tell(state: PodState): void {
    this.#next = state
    this.#telling ??= this.#work()
  }

  /** Removes the pod from the API for good: the node has nothing of it any more. */
  async remove(): Promise<void> {
    await this.#telling
    const { namespace, name, uid } = this.#pod.metadata
    try {
      await this.#options.client.remove(pods, { namespace, name }, { gracePeriodSeconds: 0, uid })
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  async #work(): Promise<void> {
    const { namespace, name } = this.#pod.metadata
    for (let state = this.#next; state !== undefined; state = this.#next) {
      this.#next = undefined
      try {
        const patch = { status: podStatus(state) }
        await this.#options.client.patch(pods, { namespace, name }, patch, {
          type: 'merge',
          subresource: 'status',
        })
      } catch (error) {
        if (!isGone(error))
          this.#options.log.warn({ error, namespace, name }, 'Cannot tell the status of a pod')
      }
    }
    this.#telling = undefined
  }
}

// Not found, or another pod of the same name with another UID.
function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 409)
}
