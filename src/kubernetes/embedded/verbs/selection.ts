// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, stringMapField } from '../../resources/fields.ts'
import { nameOf, namespaceOf } from '../resources/metadata.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { badRequest } from '../status/refusals.ts'
import { parseFieldSelector } from '../storage/field-selector.ts'
import type { SelectableFields } from '../storage/field-selector.ts'
import { parseLabelSelector } from '../storage/label-selector.ts'

/** Which objects of a resource are meant. */
export interface SelectionRequest {
  /** All namespaces when empty. */
  readonly namespace?: string | undefined
  /** One object only. */
  readonly name?: string | undefined
  /** As `kubectl -l` takes it. */
  readonly labelSelector?: string | undefined
  /** As `kubectl --field-selector` takes it. */
  readonly fieldSelector?: string | undefined
}

/** Tells the objects that are meant from the others. */
export interface Selection {
  /** @param object in the stored form */
  readonly fits: (object: JsonObject) => boolean
}

/** @throws StatusError 400 for a selector that cannot be read or names a field that cannot be selected by */
export function createSelection(resource: ServedResource, request: SelectionRequest): Selection {
  const labels = parseLabelSelector(request.labelSelector ?? '')
  const fields = parseFieldSelector(request.fieldSelector ?? '')
  const known = Object.keys(selectableFields(resource, { metadata: {} }))
  const unknown = fields.fields.find((field) => !known.includes(field))
  if (unknown !== undefined) throw badRequest(`field label not supported: ${unknown}`)
  const { namespace = '', name = fields.nameWanted } = request
  return {
    fits: (object) =>
      (namespace === '' || namespaceOf(object) === namespace) &&
      (name === undefined || nameOf(object) === name) &&
      labels(stringMapField(objectField(object, 'metadata'), 'labels')) &&
      (fields.fields.length === 0 || fields.matches(selectableFields(resource, object))),
  }
}

function selectableFields(
  { strategy, namespaced, group }: ServedResource,
  object: JsonObject,
): SelectableFields {
  const own = strategy.selectable?.(object) ?? {}
  return {
    'metadata.name': nameOf(object),
    ...(namespaced ? { 'metadata.namespace': namespaceOf(object) } : {}),
    ...own,
    ...(group === 'events.k8s.io' ? eventsGroupNames(own) : {}),
  }
}

/** The events group selects by its own names for what the core group calls otherwise. */
function eventsGroupNames(own: SelectableFields): SelectableFields {
  const renamed = Object.entries(own).map(([key, value]): [string, string] => [
    key.replace(/^involvedObject\./, 'regarding.').replace(/^reportingComponent$/, 'reportingController'),
    value,
  ])
  return Object.fromEntries(renamed)
}
