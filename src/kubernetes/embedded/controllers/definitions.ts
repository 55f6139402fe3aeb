// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, stringField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { cleanupFinalizer, definitionCollection } from '../crd/crd-strategy.ts'
import { isTerminating, nameOf, namespaceOf } from '../resources/metadata.ts'
import type { StoreEvent } from '../storage/event-window.ts'
import { deleteObject } from '../verbs/delete.ts'
import { releaseFinalizer } from '../verbs/finalizers.ts'
import type { TaskQueue } from './task-queue.ts'

/** Deletes the objects of a definition that is deleted, and lets it go, with its resource, after the last of them. */
export class DefinitionController {
  readonly #cluster: Cluster
  readonly #queue: TaskQueue

  constructor(cluster: Cluster, queue: TaskQueue) {
    this.#cluster = cluster
    this.#queue = queue
  }

  /** Takes note of a change; to be called for each. */
  observe({ type, object }: StoreEvent, collection: string): void {
    if (collection === definitionCollection) {
      if (type === 'DELETED') this.#endServing(object)
      else if (isTerminating(object)) this.#schedule(nameOf(object))
      return
    }
    const definition =
      type === 'DELETED' ? this.#cluster.store.get(definitionCollection, '', collection) : undefined
    if (definition !== undefined && isTerminating(definition)) this.#schedule(collection)
  }

  #schedule(name: string): void {
    this.#queue.add(`definition ${name}`, () => this.#clean(name))
  }

  #clean(name: string): void {
    const { store, registry } = this.#cluster
    const definition = store.get(definitionCollection, '', name)
    if (definition === undefined || !isTerminating(definition)) return
    const resource = registry.ofCollection(name)
    for (const object of resource === undefined ? [] : store.list(name)) {
      if (resource === undefined || isTerminating(object)) continue
      deleteObject(this.#cluster, resource, { namespace: namespaceOf(object), name: nameOf(object) })
    }
    if (store.list(name).length === 0) {
      releaseFinalizer(this.#cluster, definitionCollection, definition, cleanupFinalizer)
    }
  }

  #endServing(definition: JsonObject): void {
    const { registry } = this.#cluster
    const spec = objectField(definition, 'spec')
    const group = stringField(spec, 'group') ?? ''
    const plural = stringField(objectField(spec, 'names'), 'plural') ?? ''
    const served = registry.findResource({ group, plural })
    if (served?.collection === nameOf(definition)) registry.removeAll({ group, plural })
  }
}
