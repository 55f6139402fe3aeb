// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, JsonValue } from '../../base/index.ts'
import { describeError } from '../../base/index.ts'
import { stringField } from '../resources/fields.ts'
import type { ResourceKind } from '../resources/resource.ts'
import type { Cluster } from './cluster.ts'
import { nameOf, namespaceOf } from './resources/metadata.ts'
import type { ServedResource } from './resources/served-resource.ts'
import { badRequest, notFound, unknownPath } from './status/refusals.ts'
import { applyObject } from './verbs/apply.ts'
import { bindPod } from './verbs/bind.ts'
import { createObject } from './verbs/create.ts'
import { deleteObject } from './verbs/delete.ts'
import type { DeleteOptions, DeleteOutcome } from './verbs/delete.ts'
import { listObjects } from './verbs/list.ts'
import { patchObject } from './verbs/patch.ts'
import type { PatchType } from './verbs/patch.ts'
import type { SelectionRequest } from './verbs/selection.ts'
import { updateObject } from './verbs/update.ts'
import { watchObjects } from './verbs/watch.ts'
import type { WatchEvent, WatchRequest } from './verbs/watch.ts'
import { strictWrite } from './verbs/write-options.ts'
import type { Target } from './verbs/write-options.ts'

/** Which kind of object: a `Resource` of the room, or anything with these three. */
export type EmbeddedResource = Pick<ResourceKind, 'group' | 'version' | 'plural'>

/** A list of objects and the revision of which it is. */
export interface EmbeddedList {
  readonly items: readonly JsonObject[]
  /** To watch from. */
  readonly resourceVersion: string
}

/** A change by its difference. */
export interface EmbeddedPatch {
  readonly type: PatchType
  readonly patch: JsonValue
  readonly subresource?: 'status'
}

/**
 * The objects of an embedded API server without HTTP, for controllers in the same process. All goes through the same
 * storage, rules and watches. Calls are synchronous and throw StatusError as the server would answer. Objects are
 * shared: do not change them in place.
 */
export class EmbeddedApi {
  readonly #cluster: Cluster
  readonly #manager: string

  /** @param manager who is recorded as the owner of what changes */
  constructor(cluster: Cluster, manager = 'embedded') {
    this.#cluster = cluster
    this.#manager = manager
  }

  /** The same objects, written in another name. */
  as(manager: string): EmbeddedApi {
    return new EmbeddedApi(this.#cluster, manager)
  }

  /** Revision of the latest change of any object. */
  get resourceVersion(): string {
    return String(this.#cluster.store.revision)
  }

  /** Undefined when there is no such object. */
  find(kind: EmbeddedResource, target: Target): JsonObject | undefined {
    const resource = this.#resource(kind)
    const object = this.#cluster.store.get(resource.collection, target.namespace, target.name)
    return object === undefined ? undefined : resource.fromStored(object)
  }

  /** @throws StatusError 404 */
  get(kind: EmbeddedResource, target: Target): JsonObject {
    const object = this.find(kind, target)
    if (object === undefined) throw notFound(kind, target.name)
    return object
  }

  list(kind: EmbeddedResource, selection: SelectionRequest = {}): EmbeddedList {
    const resource = this.#resource(kind)
    const { objects, resourceVersion } = listObjects(this.#cluster, resource, selection)
    return { items: objects.map(resource.fromStored), resourceVersion }
  }

  /** Creates an object in the namespace that it names, `default` when it names none. */
  create(object: JsonObject): JsonObject {
    const resource = this.#resourceOf(object)
    const namespace = this.#namespaceFor(resource, object)
    return resource.fromStored(
      createObject(this.#cluster, resource, { namespace, body: object, options: this.#options() }),
    )
  }

  /** Replaces an object; with its resource version, only if nobody changed it since. */
  update(object: JsonObject): JsonObject {
    return this.#update(object)
  }

  /** Replaces the status of an object. */
  updateStatus(object: JsonObject): JsonObject {
    return this.#update(object, 'status')
  }

  patch(kind: EmbeddedResource, target: Target, { type, patch, subresource }: EmbeddedPatch): JsonObject {
    const resource = this.#resource(kind)
    const outcome = patchObject(this.#cluster, resource, {
      target,
      type,
      patch,
      options: this.#options(),
      ...(subresource === undefined ? {} : { subresource }),
    })
    return resource.fromStored(outcome.object)
  }

  /** Server-side apply by this manager, taking over fields of others; of the status too, if that is asked for. */
  apply(object: JsonObject, { withStatus = false }: { readonly withStatus?: boolean } = {}): JsonObject {
    const resource = this.#resourceOf(object)
    const target = { namespace: this.#namespaceFor(resource, object), name: nameOf(object) }
    if (target.name === '') throw badRequest('metadata.name: Required value')
    const request = { target, body: object, options: this.#options(), force: true }
    const applied = applyObject(this.#cluster, resource, request)
    const { apiVersion, kind, status } = object
    if (!withStatus || status === undefined || !resource.strategy.separateStatus) {
      return resource.fromStored(applied.object)
    }
    const body = { apiVersion, kind, metadata: { ...target }, status }
    const outcome = applyObject(this.#cluster, resource, { ...request, body, subresource: 'status' })
    return resource.fromStored(outcome.object)
  }

  /** Deletes an object, or marks it when something holds it. */
  remove(kind: EmbeddedResource, target: Target, options: DeleteOptions = {}): DeleteOutcome {
    return deleteObject(this.#cluster, this.#resource(kind), target, options)
  }

  /** Gives a pod to a node. */
  bind(target: Target, node: string): JsonObject {
    const kind = { group: '', version: 'v1', plural: 'pods' }
    return bindPod(this.#cluster, this.#resource(kind), { pod: this.get(kind, target), node })
  }

  /**
   * Calls the handler at each change, in the same tick; with no resource version, for the present objects first.
   * A handler that throws is logged and called again for the next change.
   */
  watch(kind: EmbeddedResource, request: WatchRequest, handler: (event: WatchEvent) => void): Disposable {
    const tell = (event: WatchEvent) => {
      try {
        handler(event)
      } catch (error) {
        const fields = { plural: kind.plural, error: describeError(error) }
        this.#cluster.log.error(fields, 'the handler of a watch failed')
      }
    }
    const { close } = watchObjects(this.#cluster, this.#resource(kind), request, tell)
    return { [Symbol.dispose]: close }
  }

  /** Forgets the history of changes, so that a watch from an older revision is told 410. */
  compact(): void {
    this.#cluster.store.compact()
  }

  #update(object: JsonObject, subresource?: 'status'): JsonObject {
    const resource = this.#resourceOf(object)
    const target = { namespace: this.#namespaceFor(resource, object), name: nameOf(object) }
    const outcome = updateObject(this.#cluster, resource, {
      target,
      body: object,
      options: this.#options(),
      ...(subresource === undefined ? {} : { subresource }),
    })
    return resource.fromStored(outcome.object)
  }

  #options(): typeof strictWrite {
    return { ...strictWrite, fieldManager: this.#manager }
  }

  #resource({ group, version, plural }: EmbeddedResource): ServedResource {
    const found = this.#cluster.registry.find(group, version, plural)
    if (found === undefined) throw unknownPath()
    return found
  }

  #resourceOf(object: JsonObject): ServedResource {
    const [apiVersion, kind] = [stringField(object, 'apiVersion') ?? '', stringField(object, 'kind') ?? '']
    const found = this.#cluster.registry.findKind(apiVersion, kind)
    if (found === undefined)
      throw badRequest(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`)
    return found
  }

  #namespaceFor(resource: ServedResource, object: JsonObject): string {
    if (!resource.namespaced) return ''
    return namespaceOf(object) || 'default'
  }
}
