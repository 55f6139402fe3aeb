// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, stringsField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { withoutValue, withValue } from '../json/edit.ts'
import { isTerminating, nameOf, namespaceOf } from '../resources/metadata.ts'
import type { StoreEvent } from '../storage/event-window.ts'
import { createObject } from '../verbs/create.ts'
import { deleteObject } from '../verbs/delete.ts'
import { isReleased } from '../verbs/update.ts'
import { strictWrite } from '../verbs/write-options.ts'
import type { TaskQueue } from './task-queue.ts'

/** Gives a new namespace its default service account, and empties one that is deleted before it goes. */
export class NamespaceController {
  readonly #cluster: Cluster
  readonly #queue: TaskQueue

  constructor(cluster: Cluster, queue: TaskQueue) {
    this.#cluster = cluster
    this.#queue = queue
  }

  /** Takes note of a change; to be called for each. */
  observe({ type, object }: StoreEvent, collection: string): void {
    if (collection === 'namespaces') {
      if (type === 'ADDED')
        this.#queue.add(`account ${nameOf(object)}`, () => this.#addAccount(nameOf(object)))
      if (type !== 'DELETED' && isTerminating(object)) this.#schedule(nameOf(object))
    } else if (type === 'DELETED') {
      const namespace = this.#cluster.store.get('namespaces', '', namespaceOf(object))
      if (namespace !== undefined && isTerminating(namespace)) this.#schedule(nameOf(namespace))
    }
  }

  #schedule(name: string): void {
    this.#queue.add(`namespace ${name}`, () => this.#empty(name))
  }

  #addAccount(namespace: string): void {
    const { store, registry } = this.#cluster
    const found = store.get('namespaces', '', namespace)
    const resource = registry.find('', 'v1', 'serviceaccounts')
    if (found === undefined || isTerminating(found) || resource === undefined) return
    if (store.get(resource.collection, namespace, 'default') !== undefined) return
    const body: JsonObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
    createObject(this.#cluster, resource, {
      namespace,
      body,
      options: { ...strictWrite, fieldManager: 'kube-controller-manager' },
    })
  }

  #empty(name: string): void {
    const { store, registry } = this.#cluster
    const namespace = store.get('namespaces', '', name)
    if (namespace === undefined || !isTerminating(namespace)) return
    for (const collection of store.collections()) {
      const resource = registry.ofCollection(collection)
      if (resource?.namespaced !== true) continue
      for (const object of store.list(collection, name)) {
        if (!isTerminating(object))
          deleteObject(this.#cluster, resource, { namespace: name, name: nameOf(object) })
      }
    }
    const isEmpty = store.collections().every((collection) => store.list(collection, name).length === 0)
    if (isEmpty) this.#finalize(namespace)
  }

  #finalize(namespace: JsonObject): void {
    const left = stringsField(objectField(namespace, 'spec'), 'finalizers').filter(
      (one) => one !== 'kubernetes',
    )
    const path = ['spec', 'finalizers']
    const next = left.length === 0 ? withoutValue(namespace, path) : withValue(namespace, path, left)
    if (isReleased(next)) this.#cluster.store.remove('namespaces', next)
    else if (next !== namespace) this.#cluster.store.put('namespaces', next)
  }
}
