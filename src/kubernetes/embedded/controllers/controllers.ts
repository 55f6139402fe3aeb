// SPDX-License-Identifier: Apache-2.0

import type { Cluster } from '../cluster.ts'
import { DefinitionController } from './definitions.ts'
import { EventExpiry } from './event-expiry.ts'
import { GarbageCollector } from './garbage.ts'
import { NamespaceController } from './namespaces.ts'
import { TaskQueue } from './task-queue.ts'

/** Starts what a real cluster's controllers do for any object; disposing of it ends that. */
export function startControllers(cluster: Cluster): Disposable {
  const stack = new DisposableStack()
  const queue = stack.use(new TaskQueue(cluster.log))
  const observers = [
    new GarbageCollector(cluster, queue),
    new NamespaceController(cluster, queue),
    new DefinitionController(cluster, queue),
  ]
  const unsubscribe = cluster.store.subscribe(undefined, (event, collection) => {
    for (const observer of observers) observer.observe(event, collection)
  })
  stack.defer(unsubscribe)
  stack.use(new EventExpiry(cluster))
  return stack
}
