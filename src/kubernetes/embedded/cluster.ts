// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import type { ResourceRegistry } from './resources/registry.ts'
import type { ObjectStore } from './storage/store.ts'

/** The state that all verbs work on. */
export interface Cluster {
  readonly store: ObjectStore
  readonly registry: ResourceRegistry
  readonly log: Log
  readonly now: () => Date
}
