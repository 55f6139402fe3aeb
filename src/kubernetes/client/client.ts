// SPDX-License-Identifier: Apache-2.0

import { silentLog } from '../../base/index.ts'
import type { JsonObject, JsonValue, Log } from '../../base/index.ts'
import { parseObjectMeta } from '../resources/object-meta.ts'
import type { KubernetesObject } from '../resources/object-meta.ts'
import { pods } from '../resources/pod.ts'
import { apiVersionOf } from '../resources/resource.ts'
import type { Resource, ResourceKind } from '../resources/resource.ts'
import type {
  CallOptions,
  CreateOptions,
  ObjectRef,
  PatchOptions,
  PatchType,
  RemoveOptions,
  WatchOptions,
  UpdateOptions,
} from './call-options.ts'
import type { ClientConfig } from './client-config.ts'
import { readList } from './list.ts'
import type { ListOptions, ObjectList } from './list.ts'
import { collectionPath, creationPath, describeObject, objectPath, withQuery } from './object-path.ts'
import { Requester } from './requester.ts'
import type { ApiCall } from './requester.ts'
import { readWatch } from './watch.ts'
import type { WatchEvent } from './watch.ts'

/** How a client behaves. */
export interface ClientOptions {
  readonly log?: Log | undefined
  /** For one request, its retries included, when the call does not say otherwise. @default 30000 */
  readonly timeoutMs?: number | undefined
  /** Bound of one object. @default 8 MiB */
  readonly maxObjectBytes?: number | undefined
  /** Bound of one page of a list. @default 64 MiB */
  readonly maxListBytes?: number | undefined
  /** The server derives the field manager from it. @default `plait` */
  readonly userAgent?: string | undefined
  /** How long credentials from files are used before the files are read again. @default 60000 */
  readonly credentialMaxAgeMs?: number | undefined
}

const patchContentTypes: Readonly<Record<PatchType, string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

const mebibyte = 1024 * 1024

/**
 * The API of one server. Every call has a deadline and fails with {@link ApiError}, or with the reason of its signal.
 * Credentials from files are read again each minute and as soon as the server refuses them.
 *
 * @example
 * await using client = new KubernetesClient(config)
 * const pod = await client.get(pods, { namespace: 'default', name: 'web', timeoutMs: 250 })
 */
export class KubernetesClient implements AsyncDisposable {
  readonly #requester: Requester
  readonly #server: string
  readonly #timeoutMs: number
  readonly #maxObjectBytes: number
  readonly #maxListBytes: number

  constructor(config: ClientConfig, options: ClientOptions = {}) {
    const { log = silentLog, userAgent = 'plait', credentialMaxAgeMs } = options
    this.#requester = new Requester(config, { log, userAgent, credentialMaxAgeMs })
    this.#server = config.server
    this.#timeoutMs = options.timeoutMs ?? 30_000
    this.#maxObjectBytes = options.maxObjectBytes ?? 8 * mebibyte
    this.#maxListBytes = options.maxListBytes ?? 64 * mebibyte
  }

  /** One object; `kubernetes/not-found` when there is none. */
  async get<T extends KubernetesObject>(resource: Resource<T>, ref: ObjectRef): Promise<T> {
    const attempt = `get ${describeObject(resource, ref)}`
    return resource.parse(await this.#call(ref, { attempt, method: 'GET', path: objectPath(resource, ref) }))
  }

  /** All objects of a selection, read in pages. */
  async list<T extends KubernetesObject>(
    resource: Resource<T>,
    options: ListOptions = {},
  ): Promise<ObjectList<T>> {
    const attempt = `list ${describeObject(resource, { namespace: options.namespace })}`
    const maxBytes = this.#maxListBytes
    return readList(resource, options, (path) =>
      this.#call(options, { attempt, method: 'GET', path, maxBytes }),
    )
  }

  /**
   * The object as the server made it. The body's `apiVersion` and `kind` are filled in; its namespace says where.
   * `kubernetes/conflict` with reason `AlreadyExists` when the name is taken.
   */
  async create<T extends KubernetesObject>(
    resource: Resource<T>,
    body: JsonObject,
    options: CreateOptions = {},
  ): Promise<T> {
    const { name, namespace } = parseObjectMeta(body)
    const attempt = `create ${describeObject(resource, { namespace, name: name || '(name to be generated)' })}`
    const path = withQuery(creationPath(resource, namespace), { fieldManager: options.fieldManager })
    return resource.parse(
      await this.#call(options, { attempt, method: 'POST', path, body: withType(resource, body) }),
    )
  }

  /** The object as it is after it was replaced; `kubernetes/conflict` when its resourceVersion is not the newest. */
  async update<T extends KubernetesObject>(
    resource: Resource<T>,
    body: JsonObject,
    options: UpdateOptions = {},
  ): Promise<T> {
    const { name, namespace } = parseObjectMeta(body)
    const address = { name, namespace, subresource: options.subresource }
    const attempt = `update ${describeObject(resource, address)}`
    const path = withQuery(objectPath(resource, address), { fieldManager: options.fieldManager })
    return resource.parse(
      await this.#call(options, { attempt, method: 'PUT', path, body: withType(resource, body) }),
    )
  }

  /** The object as it is after the patch. */
  async patch<T extends KubernetesObject>(
    resource: Resource<T>,
    ref: ObjectRef,
    body: JsonValue,
    options: PatchOptions,
  ): Promise<T> {
    const { type, subresource, force, fieldManager = type === 'apply' ? 'plait' : undefined } = options
    const address = { name: ref.name, namespace: ref.namespace, subresource }
    const attempt = `patch ${describeObject(resource, address)}`
    const query = { fieldManager, force: force === true ? 'true' : undefined }
    const path = withQuery(objectPath(resource, address), query)
    const contentType = patchContentTypes[type]
    return resource.parse(await this.#call(ref, { attempt, method: 'PATCH', path, body, contentType }))
  }

  /** Removes an object, or asks for its removal when it has finalizers or a grace period. */
  async remove(resource: ResourceKind, ref: ObjectRef, options: RemoveOptions = {}): Promise<void> {
    const { uid, gracePeriodSeconds, propagationPolicy } = options
    const preconditions = uid === undefined ? undefined : { uid }
    await this.#call(ref, {
      attempt: `delete ${describeObject(resource, ref)}`,
      method: 'DELETE',
      path: objectPath(resource, ref),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds, propagationPolicy, preconditions },
    })
  }

  /**
   * Asks for the eviction of a pod, which is its deletion unless a disruption budget is against it: `kubernetes/busy`
   * then.
   */
  async evict(ref: ObjectRef, { uid }: Pick<RemoveOptions, 'uid'> = {}): Promise<void> {
    const { namespace, name } = ref
    const address = { namespace, name, subresource: 'eviction' }
    await this.#call(ref, {
      attempt: `evict ${describeObject(pods, { namespace, name })}`,
      method: 'POST',
      path: objectPath(pods, address),
      body: {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { namespace: namespace ?? '', name },
        deleteOptions: uid === undefined ? {} : { preconditions: { uid } },
      },
    })
  }

  /** Changes as they happen, until the server ends the watch, the signal is aborted, or the loop is left. */
  async *watch<T extends KubernetesObject>(
    resource: Resource<T>,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<T>, void> {
    const { namespace, fieldSelector, labelSelector, resourceVersion, timeoutSeconds } = options
    const attempt = `watch ${describeObject(resource, { namespace })}`
    const path = withQuery(collectionPath(resource, namespace), {
      watch: 'true',
      allowWatchBookmarks: 'true',
      fieldSelector,
      labelSelector,
      resourceVersion,
      timeoutSeconds,
    })
    const response = await this.#requester.open(this.#bound(options, { attempt, method: 'GET', path }))
    options.onOpen?.()
    yield* readWatch(response, {
      resource,
      attempt,
      url: `${this.#server}${path}`,
      idleTimeoutMs: options.idleTimeoutMs ?? 150_000,
      maxEventBytes: this.#maxObjectBytes,
      signal: options.signal,
      onInvalid: options.onInvalid,
    })
  }

  /** Closes all connections; calls under way and later ones fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#requester[Symbol.dispose]()
  }

  async #call(options: CallOptions, call: Call): Promise<JsonObject> {
    return this.#requester.call(this.#bound(options, call))
  }

  #bound({ timeoutMs = this.#timeoutMs, signal }: CallOptions, call: Call): ApiCall {
    return { maxBytes: this.#maxObjectBytes, ...call, timeoutMs, signal }
  }
}

type Call = Omit<ApiCall, 'timeoutMs' | 'signal' | 'maxBytes'> & { readonly maxBytes?: number }

function withType(kind: ResourceKind, body: JsonObject): JsonObject {
  return { ...body, apiVersion: apiVersionOf(kind), kind: kind.kind }
}
