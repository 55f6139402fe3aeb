// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField, stringsField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { withoutValue, withValue } from '../json/edit.ts'
import { isTerminating, nameOf, namespaceOf } from '../resources/metadata.ts'
import { keyOf } from '../storage/store.ts'
import type { StoreEvent } from '../storage/event-window.ts'
import { deleteObject, propagationFinalizers } from '../verbs/delete.ts'
import { releaseFinalizer } from '../verbs/finalizers.ts'
import type { TaskQueue } from './task-queue.ts'

interface Dependent {
  readonly collection: string
  readonly key: string
}

/**
 * Deletes objects whose owners are all gone, and holds an owner that is deleted in the foreground until its
 * dependents are gone. An owner that never existed is not looked for.
 */
export class GarbageCollector {
  readonly #cluster: Cluster
  readonly #queue: TaskQueue
  /** Who names an owner, by the owner's uid. */
  readonly #dependents = new Map<string, Map<string, Dependent>>()

  constructor(cluster: Cluster, queue: TaskQueue) {
    this.#cluster = cluster
    this.#queue = queue
  }

  /** Takes note of a change; to be called for each. */
  observe({ type, key, object, previous }: StoreEvent, collection: string): void {
    const owners = type === 'DELETED' ? [] : ownerUids(object)
    const before = previous === undefined ? [] : ownerUids(previous)
    for (const uid of before) if (!owners.includes(uid)) this.#forget(uid, { collection, key })
    for (const uid of owners) this.#note(uid, { collection, key })
    const uid = uidOf(object)
    if (type === 'DELETED') {
      if (this.#dependents.has(uid)) this.#queue.add(`orphans of ${uid}`, () => this.#collect(uid))
      for (const owner of before) this.#recheck(owner, object)
    } else if (isTerminating(object) && finalizerOf(object) !== undefined) {
      this.#queue.add(`finalize ${uid}`, () => this.#finalize(collection, object))
    }
  }

  #note(uid: string, dependent: Dependent): void {
    const known = this.#dependents.get(uid) ?? new Map<string, Dependent>()
    known.set(`${dependent.collection}|${dependent.key}`, dependent)
    this.#dependents.set(uid, known)
  }

  #forget(uid: string, { collection, key }: Dependent): void {
    const known = this.#dependents.get(uid)
    known?.delete(`${collection}|${key}`)
    if (known?.size === 0) this.#dependents.delete(uid)
  }

  #objectsOwnedBy(uid: string): readonly (readonly [Dependent, JsonObject])[] {
    const { store } = this.#cluster
    return [...(this.#dependents.get(uid)?.values() ?? [])].flatMap((dependent) => {
      const [namespace = '', name = ''] = dependent.key.split('/')
      const object = store.get(dependent.collection, namespace, name)
      return object === undefined ? [] : [[dependent, object] as const]
    })
  }

  /** The owner is gone: what has no other owner goes too. */
  #collect(uid: string): void {
    for (const [{ collection }, object] of this.#objectsOwnedBy(uid)) {
      const others = ownerUids(object).filter((one) => one !== uid)
      if (others.length > 0) this.#disown(collection, object, uid)
      else this.#delete(collection, object, 'Background')
    }
  }

  #finalize(collection: string, seen: JsonObject): void {
    const object = this.#cluster.store.get(collection, namespaceOf(seen), nameOf(seen))
    const finalizer = object === undefined ? undefined : finalizerOf(object)
    if (object === undefined || finalizer === undefined) return
    const uid = uidOf(object)
    const dependents = this.#objectsOwnedBy(uid)
    if (finalizer === propagationFinalizers.Orphan) {
      for (const [dependent, one] of dependents) this.#disown(dependent.collection, one, uid)
      releaseFinalizer(this.#cluster, collection, object, finalizer)
      return
    }
    for (const [dependent, one] of dependents) {
      if (!isTerminating(one)) this.#delete(dependent.collection, one, 'Foreground')
    }
    const blocking = this.#objectsOwnedBy(uid).filter(([, one]) => blocks(one, uid))
    if (blocking.length === 0) releaseFinalizer(this.#cluster, collection, object, finalizer)
  }

  /** A dependent is gone: its owner may have waited for that. */
  #recheck(ownerUid: string, gone: JsonObject): void {
    const { registry, store } = this.#cluster
    const reference = objectsField(objectField(gone, 'metadata'), 'ownerReferences').find(
      (one) => one['uid'] === ownerUid,
    )
    if (reference === undefined) return
    const resource = registry.findKind(
      stringField(reference, 'apiVersion') ?? '',
      stringField(reference, 'kind') ?? '',
    )
    if (resource === undefined) return
    const namespace = resource.namespaced ? namespaceOf(gone) : ''
    const owner = store.get(resource.collection, namespace, stringField(reference, 'name') ?? '')
    if (owner === undefined || uidOf(owner) !== ownerUid || !isTerminating(owner)) return
    this.#queue.add(`finalize ${ownerUid}`, () => this.#finalize(resource.collection, owner))
  }

  #delete(collection: string, object: JsonObject, propagation: 'Background' | 'Foreground'): void {
    const resource = this.#cluster.registry.ofCollection(collection)
    if (resource === undefined) return
    const target = { namespace: namespaceOf(object), name: nameOf(object) }
    deleteObject(this.#cluster, resource, target, { propagation, uid: uidOf(object) })
  }

  #disown(collection: string, object: JsonObject, uid: string): void {
    const owners = objectsField(objectField(object, 'metadata'), 'ownerReferences').filter(
      (one) => one['uid'] !== uid,
    )
    const path = ['metadata', 'ownerReferences']
    this.#cluster.store.put(
      collection,
      owners.length === 0 ? withoutValue(object, path) : withValue(object, path, owners),
    )
  }
}

function finalizerOf(object: JsonObject): string | undefined {
  const ours: readonly string[] = Object.values(propagationFinalizers)
  return stringsField(objectField(object, 'metadata'), 'finalizers').find((one) => ours.includes(one))
}

function ownerUids(object: JsonObject): readonly string[] {
  return objectsField(objectField(object, 'metadata'), 'ownerReferences').flatMap(
    (one) => stringField(one, 'uid') ?? [],
  )
}

function blocks(object: JsonObject, uid: string): boolean {
  return objectsField(objectField(object, 'metadata'), 'ownerReferences').some(
    (one) => one['uid'] === uid && one['blockOwnerDeletion'] === true,
  )
}

function uidOf(object: JsonObject): string {
  return stringField(objectField(object, 'metadata'), 'uid') ?? keyOf(object)
}
