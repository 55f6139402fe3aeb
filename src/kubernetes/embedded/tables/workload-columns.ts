// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { numberField, objectField, stringMapField } from '../../resources/fields.ts'
import { ageColumn, nameColumn, selectorColumn, templateColumns } from './shared-columns.ts'
import type { Column, TableColumns } from './table.ts'

const wanted = (object: JsonObject): number => numberField(objectField(object, 'spec'), 'replicas') ?? 0
const observed = (object: JsonObject, key: string): number =>
  numberField(objectField(object, 'status'), key) ?? 0

function count(name: string, key: string, description: string): Column {
  return { name, type: 'integer', description, cell: (object) => observed(object, key) }
}

const readyOfWanted: Column = {
  name: 'Ready',
  description: 'Pods that are ready, of those wanted',
  cell: (object) => `${observed(object, 'readyReplicas')}/${wanted(object)}`,
}

/** Columns of deployments. */
export const deploymentColumns: TableColumns = [
  nameColumn,
  readyOfWanted,
  { ...count('Up-to-date', 'updatedReplicas', 'Pods of the latest template'), type: 'string' },
  { ...count('Available', 'availableReplicas', 'Pods that were ready for long enough'), type: 'string' },
  ageColumn,
  ...templateColumns,
  selectorColumn,
]

/** Columns of replica sets. */
export const replicaSetColumns: TableColumns = [
  nameColumn,
  { name: 'Desired', type: 'integer', description: 'Pods wanted', cell: wanted },
  count('Current', 'replicas', 'Pods that exist'),
  count('Ready', 'readyReplicas', 'Pods that are ready'),
  ageColumn,
  ...templateColumns,
  selectorColumn,
]

/** Columns of daemon sets. */
export const daemonSetColumns: TableColumns = [
  nameColumn,
  count('Desired', 'desiredNumberScheduled', 'Nodes that should have the pod'),
  count('Current', 'currentNumberScheduled', 'Nodes that have the pod'),
  count('Ready', 'numberReady', 'Nodes on which the pod is ready'),
  count('Up-to-date', 'updatedNumberScheduled', 'Nodes with a pod of the latest template'),
  count('Available', 'numberAvailable', 'Nodes on which the pod was ready for long enough'),
  { name: 'Node Selector', description: 'Labels of the nodes that should have the pod', cell: nodeSelector },
  ageColumn,
  ...templateColumns,
  selectorColumn,
]

/** Columns of stateful sets. */
export const statefulSetColumns: TableColumns = [nameColumn, readyOfWanted, ageColumn, ...templateColumns]

function nodeSelector(object: JsonObject): string {
  const spec = objectField(objectField(objectField(object, 'spec'), 'template'), 'spec')
  const labels = Object.entries(stringMapField(spec, 'nodeSelector'))
  return labels.map(([key, value]) => `${key}=${value}`).join(',') || '<none>'
}
