// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import type { KubernetesObject } from '../resources/object-meta.ts'
import type { StoreChange } from './object-store.ts'

/** Is told about each change after the store has it. What a handler throws is logged and reaches nobody else. */
export interface InformerHandlers<T> {
  /** A new object; also one of a name that belonged to another object before. */
  readonly added?: (object: T) => void | Promise<void>
  readonly updated?: (object: T, previous: T) => void | Promise<void>
  /** The last that was seen of an object that is gone; its end itself may have been missed. */
  readonly removed?: (object: T) => void | Promise<void>
}

/** The handlers of one informer, each kept from the failures of the others. */
export class HandlerList<T extends KubernetesObject> {
  readonly #handlers = new Set<InformerHandlers<T>>()
  readonly #log: Log

  constructor(log: Log) {
    this.#log = log
  }

  /** Registers handlers; disposing of the answer ends it. */
  add(handlers: InformerHandlers<T>): Disposable {
    const own = { ...handlers }
    this.#handlers.add(own)
    return { [Symbol.dispose]: () => void this.#handlers.delete(own) }
  }

  /**
   * Tells all handlers of these changes, in order. One that registers meanwhile is not told: it has seen the store with
   * all of them in it.
   */
  notify(changes: readonly StoreChange<T>[]): void {
    const present = [...this.#handlers]
    for (const change of changes) {
      for (const handlers of present) if (this.#handlers.has(handlers)) this.deliver(handlers, change)
    }
  }

  /** Tells one. */
  deliver(handlers: InformerHandlers<T>, change: StoreChange<T>): void {
    try {
      const result = call(handlers, change)
      if (result instanceof Promise) result.catch((error: unknown) => this.#report(change, error))
    } catch (error) {
      this.#report(change, error)
    }
  }

  #report({ type, object }: StoreChange<T>, error: unknown): void {
    const { namespace, name } = object.metadata
    this.#log.error(
      { error, change: type, kind: object.kind, namespace, name },
      'A handler of API changes failed',
    )
  }
}

function call<T>(handlers: InformerHandlers<T>, change: StoreChange<T>): void | Promise<void> {
  if (change.type === 'added') return handlers.added?.(change.object)
  if (change.type === 'removed') return handlers.removed?.(change.object)
  return handlers.updated?.(change.object, change.previous)
}
