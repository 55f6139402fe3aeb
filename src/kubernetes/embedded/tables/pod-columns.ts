// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField } from '../../resources/fields.ts'
import { ageSince } from './age.ts'
import { podSummary } from './pod-summary.ts'
import { ageColumn, nameColumn } from './shared-columns.ts'
import type { TableColumns } from './table.ts'

/** Columns of pods. */
export const podColumns: TableColumns = [
  nameColumn,
  {
    name: 'Ready',
    description: 'Containers that are ready, of all',
    cell: (pod) => {
      const { ready, total } = podSummary(pod)
      return `${ready}/${total}`
    },
  },
  { name: 'Status', description: 'What the pod is doing', cell: (pod) => podSummary(pod).reason },
  {
    name: 'Restarts',
    description: 'Restarts of all containers, and the time since the last',
    cell: (pod, now) => {
      const { restarts, lastRestart } = podSummary(pod)
      return restarts > 0 && lastRestart !== undefined
        ? `${restarts} (${ageSince(lastRestart, now)} ago)`
        : String(restarts)
    },
  },
  ageColumn,
  {
    name: 'IP',
    priority: 1,
    description: 'Address of the pod in the cluster network',
    cell: (pod) => {
      const status = objectField(pod, 'status')
      const [first] = objectsField(status, 'podIPs')
      return stringField(first ?? {}, 'ip') || stringField(status, 'podIP') || '<none>'
    },
  },
  {
    name: 'Node',
    priority: 1,
    description: 'Node that the pod was given to',
    cell: (pod) => stringField(objectField(pod, 'spec'), 'nodeName') || '<none>',
  },
  {
    name: 'Nominated Node',
    priority: 1,
    description: 'Node on which room is being made',
    cell: (pod) => stringField(objectField(pod, 'status'), 'nominatedNodeName') || '<none>',
  },
  {
    name: 'Readiness Gates',
    priority: 1,
    description: 'Readiness gates that are passed, of all',
    cell: readinessGates,
  },
]

function readinessGates(pod: JsonObject): string {
  const gates = objectsField(objectField(pod, 'spec'), 'readinessGates')
  if (gates.length === 0) return '<none>'
  const conditions = objectsField(objectField(pod, 'status'), 'conditions')
  const passed = gates.filter((gate) =>
    conditions.some((one) => one['type'] === gate['conditionType'] && one['status'] === 'True'),
  )
  return `${passed.length}/${gates.length}`
}
