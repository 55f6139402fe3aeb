// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField, stringMapField } from '../../resources/fields.ts'
import { ageColumn, nameColumn } from './shared-columns.ts'
import type { Column, TableColumns } from './table.ts'

/** Columns of nodes. */
export const nodeColumns: TableColumns = [
  nameColumn,
  { name: 'Status', description: 'Whether the node is ready and takes pods', cell: nodeStatus },
  { name: 'Roles', description: 'Roles that the labels of the node name', cell: nodeRoles },
  ageColumn,
  { ...info('Version', 'kubeletVersion', ''), priority: 0 },
  address('Internal-IP', 'InternalIP'),
  address('External-IP', 'ExternalIP'),
  info('OS-Image', 'osImage', '<unknown>'),
  info('Kernel-Version', 'kernelVersion', '<unknown>'),
  info('Container-Runtime', 'containerRuntimeVersion', '<unknown>'),
]

function info(name: string, key: string, missing: string): Column {
  return {
    name,
    priority: 1,
    cell: (node) => stringField(objectField(objectField(node, 'status'), 'nodeInfo'), key) || missing,
  }
}

function address(name: string, type: string): Column {
  return {
    name,
    priority: 1,
    cell: (node) => {
      const found = objectsField(objectField(node, 'status'), 'addresses').find((one) => one['type'] === type)
      return stringField(found ?? {}, 'address') ?? '<none>'
    },
  }
}

function nodeStatus(node: JsonObject): string {
  const ready = objectsField(objectField(node, 'status'), 'conditions').find((one) => one['type'] === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady'
  return objectField(node, 'spec')['unschedulable'] === true ? `${word},SchedulingDisabled` : word
}

const rolePrefix = 'node-role.kubernetes.io/'

function nodeRoles(node: JsonObject): string {
  const labels = Object.entries(stringMapField(objectField(node, 'metadata'), 'labels'))
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) return [key.slice(rolePrefix.length)]
    return key === 'kubernetes.io/role' && value !== '' ? [value] : []
  })
  return [...new Set(roles)].sort().join(',') || '<none>'
}
