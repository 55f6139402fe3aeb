// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, JsonValue } from '../../../../base/index.ts'
import { objectField, stringField } from '../../../resources/fields.ts'
import { invalid } from '../../status/field-error.ts'
import type { FieldError } from '../../status/field-error.ts'
import { namespaceOf } from '../metadata.ts'
import type { Strategy } from '../strategy.ts'
import { createOnUpdateStrategy } from './plain.ts'

/** Events of both groups; they are stored in the form of the core group. */
export const eventStrategy: Strategy = {
  ...createOnUpdateStrategy,
  problems: eventProblems,
  selectable: (event) => {
    const object = objectField(event, 'involvedObject')
    const source = stringField(objectField(event, 'source'), 'component')
    const reporting = stringField(event, 'reportingComponent') ?? ''
    return {
      ...Object.fromEntries(
        ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map((key) => [
          `involvedObject.${key}`,
          stringField(object, key) ?? '',
        ]),
      ),
      reason: stringField(event, 'reason') ?? '',
      reportingComponent: reporting,
      source: source ?? reporting,
      type: stringField(event, 'type') ?? '',
    }
  },
}

function eventProblems(event: JsonObject): readonly FieldError[] {
  const about = stringField(objectField(event, 'involvedObject'), 'namespace') ?? ''
  const namespace = namespaceOf(event)
  // An event about a cluster-scoped object lies in the default namespace.
  const fits = about === '' ? namespace === 'default' || namespace === 'kube-system' : about === namespace
  return fits ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')]
}

// Pairs of the same field in both groups: core, events.k8s.io.
const renamed: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
]

/** An event of `events.k8s.io/v1` from one of the core group. */
export function toEventsGroup(event: JsonObject): JsonObject {
  return { ...rename(event, new Map(renamed)), apiVersion: 'events.k8s.io/v1' }
}

/** An event of the core group from one of `events.k8s.io/v1`. */
export function fromEventsGroup(event: JsonObject): JsonObject {
  return { ...rename(event, new Map(renamed.map(([core, group]) => [group, core]))), apiVersion: 'v1' }
}

function rename(event: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const entries = Object.entries(event).map(([key, value]): [string, JsonValue | undefined] => [
    names.get(key) ?? key,
    value,
  ])
  return Object.fromEntries(entries)
}
