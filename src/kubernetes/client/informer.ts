// SPDX-License-Identifier: Apache-2.0

import { silentLog, TimeoutError, waitFor } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { KubernetesObject } from '../resources/object-meta.ts'
import type { Resource } from '../resources/resource.ts'
import type { BackoffOptions } from './backoff.ts'
import type { KubernetesClient } from './client.ts'
import { Follower } from './follower.ts'
import type { FollowerState } from './follower.ts'
import { HandlerList } from './informer-handlers.ts'
import type { InformerHandlers } from './informer-handlers.ts'
import type { Selection } from './list.ts'
import { ObjectStore } from './object-store.ts'
import type { Indexer } from './object-store.ts'

/** What an informer follows, and how. */
export interface InformerOptions<T> extends Selection {
  readonly log?: Log | undefined
  /** Applied to each object before it is stored: leave out what nobody reads. */
  readonly transform?: ((object: T) => T) | undefined
  /** Ways to find objects other than by name. */
  readonly indexers?: Readonly<Record<string, Indexer<T>>> | undefined
  /** Silence after which a watch counts as dead. @default 150000 */
  readonly idleTimeoutMs?: number | undefined
  readonly backoff?: BackoffOptions | undefined
}

/** How an informer fares, for readiness and metrics. */
export interface InformerState extends FollowerState {
  readonly hasSynced: boolean
}

/**
 * A copy of the objects of one kind that follows the API. Failures pause it, and never stop it; what it missed
 * meanwhile it learns from the next list, and tells its handlers.
 *
 * @example
 * await using informer = new Informer(client, pods, { fieldSelector: `spec.nodeName=${node}`, transform: trimPod })
 * informer.on({ removed: (pod) => release(pod) })
 * informer.start()
 * await informer.waitForSync({ timeoutMs: 20_000 })
 * const pod = informer.get('default', 'web')
 */
export class Informer<T extends KubernetesObject> implements AsyncDisposable {
  readonly #resource: Resource<T>
  readonly #store: ObjectStore<T>
  readonly #handlers: HandlerList<T>
  readonly #follower: Follower<T>
  readonly #stop = new AbortController()
  #running: Promise<void> | undefined
  #hasSynced = false

  constructor(client: KubernetesClient, resource: Resource<T>, options: InformerOptions<T> = {}) {
    const { namespace, fieldSelector, labelSelector, transform, indexers, idleTimeoutMs, backoff } = options
    const log = (options.log ?? silentLog).child({ resource: resource.plural })
    this.#resource = resource
    this.#store = new ObjectStore(indexers)
    this.#handlers = new HandlerList(log)
    this.#follower = new Follower({
      client,
      resource:
        transform === undefined
          ? resource
          : { ...resource, parse: (json) => transform(resource.parse(json)) },
      selection: { namespace, fieldSelector, labelSelector },
      sink: this.#sink(),
      log,
      idleTimeoutMs,
      backoff,
    })
  }

  /** Begins to follow, until the signal is aborted or the informer is disposed of; once is enough. */
  start(signal?: AbortSignal): void {
    if (this.#running !== undefined) return
    const stop = (): void => this.#stop.abort()
    if (signal?.aborted === true) stop()
    signal?.addEventListener('abort', stop, { once: true })
    this.#running = this.#follower
      .run(this.#stop.signal)
      .finally(() => signal?.removeEventListener('abort', stop))
  }

  /** Whether the first list has been read, and its objects told to the handlers. */
  get hasSynced(): boolean {
    return this.#hasSynced
  }

  /** How it fares. */
  get state(): InformerState {
    return { ...this.#follower.state, hasSynced: this.#hasSynced }
  }

  /** How many objects it holds. */
  get size(): number {
    return this.#store.size
  }

  /**
   * Ends when the first list is there.
   *
   * @throws TimeoutError with the last failure as its cause; the informer goes on trying. The signal's reason.
   */
  async waitForSync({ timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal }): Promise<void> {
    const what = `the first list of ${this.#resource.plural}`
    try {
      await waitFor(() => this.#hasSynced, { timeoutMs, signal, what })
    } catch (error) {
      const { lastError } = this.state
      throw error instanceof TimeoutError ? new TimeoutError(error.message, { cause: lastError }) : error
    }
  }

  /** One object; the namespace is empty for cluster-scoped kinds. */
  get(namespace: string, name: string): T | undefined {
    return this.#store.get(namespace, name)
  }

  /** All objects, or those of one namespace. */
  list(namespace?: string): T[] {
    return this.#store.list(namespace)
  }

  /** The objects that an indexer of the options puts under a value. */
  byIndex(index: string, value: string): T[] {
    return this.#store.byIndex(index, value)
  }

  /** Registers handlers, and tells them at once of what is there; disposing of the answer ends it. */
  on(handlers: InformerHandlers<T>): Disposable {
    for (const object of this.#store.list()) this.#handlers.deliver(handlers, { type: 'added', object })
    return this.#handlers.add(handlers)
  }

  /** Stops following; what is held stays readable. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  #sink() {
    return {
      replace: (objects: readonly T[]): void => {
        this.#handlers.notify(this.#store.replace(objects))
        this.#hasSynced = true
      },
      put: (object: T): void => this.#handlers.notify(this.#store.put(object)),
      remove: ({ namespace, name }: KubernetesObject['metadata']): void => {
        this.#handlers.notify(this.#store.remove(namespace, name))
      },
    }
  }
}
