// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField } from '../../resources/fields.ts'
import { formatSelector } from '../storage/selector-object.ts'
import { ageSince } from './age.ts'
import type { Column, TableColumns } from './table.ts'

/** The object's name. */
export const nameColumn: Column = {
  name: 'Name',
  format: 'name',
  description: 'Name of the object, unique within its namespace',
  cell: (object) => stringField(objectField(object, 'metadata'), 'name') ?? '',
}

/** Time since the object was created. */
export const ageColumn: Column = {
  name: 'Age',
  description: 'Time since the object was created',
  cell: (object, now) => ageSince(stringField(objectField(object, 'metadata'), 'creationTimestamp'), now),
}

/** The moment at which the object was created. */
export const createdColumn: Column = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created',
  cell: (object) => stringField(objectField(object, 'metadata'), 'creationTimestamp') ?? '<unknown>',
}

/** What every resource shows that has nothing of its own to show. */
export const plainColumns: TableColumns = [nameColumn, ageColumn]

/** Containers and images of a pod template, and the selector, for wide output of workloads. */
export const templateColumns: TableColumns = [
  {
    name: 'Containers',
    priority: 1,
    description: 'Names of the containers of the template',
    cell: (object) => containersOf(object, 'name'),
  },
  {
    name: 'Images',
    priority: 1,
    description: 'Images of the containers of the template',
    cell: (object) => containersOf(object, 'image'),
  },
]

/** The label selector of a workload, for wide output. */
export const selectorColumn: Column = {
  name: 'Selector',
  priority: 1,
  description: 'Labels by which the pods are known',
  cell: (object) => formatSelector(objectField(objectField(object, 'spec'), 'selector')),
}

function containersOf(object: JsonObject, field: string): string {
  const spec = objectField(objectField(objectField(object, 'spec'), 'template'), 'spec')
  return objectsField(spec, 'containers')
    .map((container) => stringField(container, field) ?? '')
    .join(',')
}
