// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { EventType, ObjectReference } from '../resources/event.ts'

/** What is to be told about an object. */
export interface EventContent {
  readonly object: ObjectReference
  readonly type: EventType
  /** One word in CamelCase, such as `AddedInterface`. */
  readonly reason: string
  readonly message: string
}

/** What makes an event of a content. */
export interface EventStamp {
  readonly name: string
  readonly count: number
  /** Who tells, such as `multus`. */
  readonly component: string
  /** The node, or empty. */
  readonly host: string
  readonly at: Date
}

const maxNameLength = 253
// What events.k8s.io allows; describe and the like show no more either.
const maxMessageLength = 1024

/**
 * `<object>.<hexadecimal nanoseconds since 1970>`, as client-go names events. A long object name is cut, because the
 * whole has to be a DNS subdomain.
 */
export function formatEventName(objectName: string, nanoseconds: bigint): string {
  const suffix = nanoseconds.toString(16)
  const stem = objectName.slice(0, maxNameLength - suffix.length - 1).replace(/[^a-z0-9]+$/, '')
  return `${stem}.${suffix}`
}

/** As much of a message as an event shows: 1024 characters. */
export function shortMessage(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength - 1)}…` : message
}

/** The body of a core/v1 event; one about a cluster-scoped object lives in the namespace `default`. */
export function eventBody({ object, type, reason, message }: EventContent, stamp: EventStamp): JsonObject {
  const time = formatTime(stamp.at)
  const { apiVersion, kind, namespace, name, uid } = object
  return {
    metadata: { name: stamp.name, namespace: namespace === '' ? 'default' : namespace },
    involvedObject: { apiVersion, kind, namespace: namespace === '' ? undefined : namespace, name, uid },
    reason,
    message: shortMessage(message),
    type,
    source: { component: stamp.component, host: stamp.host === '' ? undefined : stamp.host },
    firstTimestamp: time,
    lastTimestamp: time,
    count: stamp.count,
    reportingComponent: stamp.component,
    reportingInstance: stamp.host,
  }
}

/** RFC 3339 in whole seconds, as the API writes times. */
export function formatTime(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}
