// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { numberField, objectField, stringField } from './fields.ts'
import { parseObjectMeta } from './object-meta.ts'
import type { KubernetesObject } from './object-meta.ts'
import type { Resource } from './resource.ts'

/** The object that an event is about. */
export interface ObjectReference {
  readonly apiVersion: string
  readonly kind: string
  /** Empty for cluster-scoped objects. */
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** How bad an event is: the API knows these two. */
export type EventType = 'Normal' | 'Warning'

/** An event of the core group, as `kubectl describe` shows it. */
export interface ClusterEvent extends KubernetesObject {
  readonly involvedObject: ObjectReference
  readonly reason: string
  readonly message: string
  readonly type: string
  /** Who posted it. */
  readonly component: string
  /** How many identical ones this one stands for. */
  readonly count: number
  /** RFC 3339. */
  readonly firstTimestamp?: string | undefined
  /** RFC 3339. */
  readonly lastTimestamp?: string | undefined
}

/** `events` of the core group. */
export const events: Resource<ClusterEvent> = {
  group: '',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
  parse: parseEvent,
}

/** An event from the JSON of the API. */
export function parseEvent(object: JsonObject): ClusterEvent {
  const source = objectField(object, 'source')
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: parseObjectMeta(object),
    involvedObject: parseReference(objectField(object, 'involvedObject')),
    reason: stringField(object, 'reason') ?? '',
    message: stringField(object, 'message') ?? '',
    type: stringField(object, 'type') ?? '',
    component: stringField(source, 'component') || (stringField(object, 'reportingComponent') ?? ''),
    count: numberField(object, 'count') ?? 1,
    firstTimestamp: stringField(object, 'firstTimestamp'),
    lastTimestamp: stringField(object, 'lastTimestamp'),
  }
}

function parseReference(reference: JsonObject): ObjectReference {
  return {
    apiVersion: stringField(reference, 'apiVersion') ?? '',
    kind: stringField(reference, 'kind') ?? '',
    namespace: stringField(reference, 'namespace') ?? '',
    name: stringField(reference, 'name') ?? '',
    uid: stringField(reference, 'uid') ?? '',
  }
}
