// SPDX-License-Identifier: Apache-2.0

import type { KubernetesObject } from '../resources/object-meta.ts'

/** Gives the values under which an object is found in an index. */
export type Indexer<T> = (object: T) => readonly string[]

/** What became of the store by one change. */
export type StoreChange<T> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'updated'; readonly object: T; readonly previous: T }
  | { readonly type: 'removed'; readonly object: T }

/** Objects by namespace and name, and by the values of indexers. */
export class ObjectStore<T extends KubernetesObject> {
  readonly #indexers: Readonly<Record<string, Indexer<T>>>
  readonly #namespaces = new Map<string, Map<string, T>>()
  readonly #indexes = new Map<string, Map<string, Set<T>>>()
  #size = 0

  constructor(indexers: Readonly<Record<string, Indexer<T>>> = {}) {
    this.#indexers = indexers
    for (const name of Object.keys(indexers)) this.#indexes.set(name, new Map())
  }

  /** How many objects there are. */
  get size(): number {
    return this.#size
  }

  /** One object; the namespace is empty for cluster-scoped kinds. */
  get(namespace: string, name: string): T | undefined {
    return this.#namespaces.get(namespace)?.get(name)
  }

  /** All objects, or those of one namespace. */
  list(namespace?: string): T[] {
    if (namespace !== undefined) return [...(this.#namespaces.get(namespace)?.values() ?? [])]
    return this.#namespaces
      .values()
      .flatMap((objects) => objects.values())
      .toArray()
  }

  /** The objects that an indexer puts under a value. */
  byIndex(index: string, value: string): T[] {
    return [...(this.#indexes.get(index)?.get(value) ?? [])]
  }

  /**
   * Puts an object in. An object of the same name with another UID is another object: the old one is removed first. An
   * object that is there already in this version changes nothing.
   */
  put(object: T): readonly StoreChange<T>[] {
    const { namespace, name, uid, resourceVersion } = object.metadata
    const previous = this.get(namespace, name)
    if (previous?.metadata.uid === uid && previous.metadata.resourceVersion === resourceVersion) return []
    if (previous !== undefined) this.#eachIndexed(previous, forget(previous))
    this.#insert(object)
    if (previous === undefined) return [{ type: 'added', object }]
    if (previous.metadata.uid === uid) return [{ type: 'updated', object, previous }]
    return [
      { type: 'removed', object: previous },
      { type: 'added', object },
    ]
  }

  /** Takes an object out. */
  remove(namespace: string, name: string): readonly StoreChange<T>[] {
    const object = this.get(namespace, name)
    if (object === undefined) return []
    this.#delete(object)
    return [{ type: 'removed', object }]
  }

  /** Makes the store hold just these objects; what is not among them counts as removed, and comes first. */
  replace(objects: readonly T[]): readonly StoreChange<T>[] {
    const names = new Set(objects.map(keyOf))
    const gone = this.list().filter((object) => !names.has(keyOf(object)))
    const removed = gone.flatMap(({ metadata }) => this.remove(metadata.namespace, metadata.name))
    return [...removed, ...objects.flatMap((object) => this.put(object))]
  }

  #insert(object: T): void {
    const { namespace, name } = object.metadata
    const objects = this.#namespaces.get(namespace) ?? new Map<string, T>()
    if (!objects.has(name)) this.#size++
    this.#namespaces.set(namespace, objects.set(name, object))
    this.#eachIndexed(object, (index, value) => {
      index.set(value, (index.get(value) ?? new Set<T>()).add(object))
    })
  }

  #delete(object: T): void {
    const { namespace, name } = object.metadata
    const objects = this.#namespaces.get(namespace)
    objects?.delete(name)
    if (objects?.size === 0) this.#namespaces.delete(namespace)
    this.#size--
    this.#eachIndexed(object, forget(object))
  }

  #eachIndexed(object: T, visit: Visit<T>): void {
    for (const [name, indexer] of Object.entries(this.#indexers)) {
      const index = this.#indexes.get(name)
      if (index !== undefined) for (const value of indexer(object)) visit(index, value)
    }
  }
}

type Visit<T> = (index: Map<string, Set<T>>, value: string) => void

function forget<T>(object: T): Visit<T> {
  return (index, value) => {
    index.get(value)?.delete(object)
    if (index.get(value)?.size === 0) index.delete(value)
  }
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`
}
