// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, stringField } from '../../resources/fields.ts'
import { withValue } from '../json/edit.ts'
import { StatusError } from '../status/status-error.ts'
import { EventWindow } from './event-window.ts'
import type { StoreEvent } from './event-window.ts'

/** How much is kept. */
export interface StoreLimits {
  /** Changes per collection that a watch can still ask for. */
  readonly eventHistory: number
  /** Objects in all collections together. */
  readonly objects: number
}

/** Called in the same tick as a change, after it is stored; it must not throw. */
export type StoreListener = (event: StoreEvent, collection: string) => void

interface Collection {
  readonly objects: Map<string, JsonObject>
  readonly window: EventWindow
  readonly listeners: Set<StoreListener>
  sortedKeys: readonly string[] | undefined
}

/**
 * The objects of all resources, in memory. Each change gets the next revision of one counter, as in etcd, and is
 * told to listeners in order. Objects are shared with readers: nobody changes them in place.
 */
export class ObjectStore {
  readonly #collections = new Map<string, Collection>()
  readonly #listeners = new Set<StoreListener>()
  readonly #limits: StoreLimits
  readonly #untold: (() => void)[] = []
  #revision = 1
  #count = 0

  constructor(limits: StoreLimits) {
    this.#limits = limits
  }

  /** Revision of the latest change. */
  get revision(): number {
    return this.#revision
  }

  get(collection: string, namespace: string, name: string): JsonObject | undefined {
    return this.#collections.get(collection)?.objects.get(`${namespace}/${name}`)
  }

  /** The objects of a collection, of one namespace if one is given, ordered by namespace and name. */
  list(collection: string, namespace = ''): readonly JsonObject[] {
    const found = this.#collections.get(collection)
    if (found === undefined) return []
    const prefix = namespace === '' ? '' : `${namespace}/`
    const keys = sortedKeys(found).filter((key) => key.startsWith(prefix))
    return keys.map((key) => found.objects.get(key)).filter((object) => object !== undefined)
  }

  /** Names of the collections that were ever used. */
  collections(): readonly string[] {
    return [...this.#collections.keys()]
  }

  /** Stores an object under its own namespace and name and gives it back with its resource version. */
  put(collection: string, object: JsonObject): JsonObject {
    const target = this.#collection(collection)
    const key = keyOf(object)
    const previous = target.objects.get(key)
    if (previous === undefined && this.#count >= this.#limits.objects) {
      throw new StatusError({ code: 500, reason: '', message: `etcdserver: mvcc: database space exceeded` })
    }
    const stored = withValue(object, ['metadata', 'resourceVersion'], String(++this.#revision))
    target.objects.set(key, stored)
    if (previous === undefined) {
      this.#count += 1
      target.sortedKeys = undefined
    }
    const type = previous === undefined ? 'ADDED' : 'MODIFIED'
    this.#tell(target, collection, { revision: this.#revision, type, key, object: stored, previous })
    return stored
  }

  /** Removes an object; what is given back is its last state with the revision of the removal. */
  remove(collection: string, object: JsonObject): JsonObject {
    const target = this.#collection(collection)
    const key = keyOf(object)
    const previous = target.objects.get(key)
    if (previous === undefined) return object
    const last = withValue(object, ['metadata', 'resourceVersion'], String(++this.#revision))
    target.objects.delete(key)
    target.sortedKeys = undefined
    this.#count -= 1
    this.#tell(target, collection, { revision: this.#revision, type: 'DELETED', key, object: last, previous })
    return last
  }

  /** The changes of a collection after a revision; undefined when some of them are forgotten. */
  since(collection: string, revision: number): readonly StoreEvent[] | undefined {
    return this.#collection(collection).window.since(revision)
  }

  /** Forgets the history of all collections, so that a watch from an older revision is refused. */
  compact(): void {
    for (const { window } of this.#collections.values()) window.compact(0)
  }

  /** Calls a listener at each change of one collection, or of all; the function given back ends that. */
  subscribe(collection: string | undefined, listener: StoreListener): () => void {
    const listeners = collection === undefined ? this.#listeners : this.#collection(collection).listeners
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  #collection(name: string): Collection {
    let found = this.#collections.get(name)
    if (found === undefined) {
      // Nothing is forgotten of a collection that never had anything: any earlier revision may be asked for.
      const window = new EventWindow(this.#limits.eventHistory, 0)
      found = { objects: new Map(), window, listeners: new Set(), sortedKeys: undefined }
      this.#collections.set(name, found)
    }
    return found
  }

  #tell(target: Collection, collection: string, event: StoreEvent): void {
    target.window.add(event)
    this.#untold.push(() => {
      for (const listener of target.listeners) listener(event, collection)
      for (const listener of this.#listeners) listener(event, collection)
    })
    // A listener that writes makes events of its own: they wait until all have heard of this one.
    if (this.#untold.length > 1) return
    for (let [tell] = this.#untold; tell !== undefined; [tell] = this.#untold) {
      tell()
      this.#untold.shift()
    }
  }
}

/** `namespace/name` of an object. */
export function keyOf(object: JsonObject): string {
  const metadata = objectField(object, 'metadata')
  return `${stringField(metadata, 'namespace') ?? ''}/${stringField(metadata, 'name') ?? ''}`
}

function sortedKeys(collection: Collection): readonly string[] {
  collection.sortedKeys ??= [...collection.objects.keys()].sort()
  return collection.sortedKeys
}
