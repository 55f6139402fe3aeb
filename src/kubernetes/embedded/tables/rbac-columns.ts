// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField } from '../../resources/fields.ts'
import { ageColumn, createdColumn, nameColumn } from './shared-columns.ts'
import type { Column, TableColumns } from './table.ts'

/** Columns of roles and cluster roles. */
export const roleColumns: TableColumns = [nameColumn, createdColumn]

/** Columns of role bindings and cluster role bindings. */
export const roleBindingColumns: TableColumns = [
  nameColumn,
  {
    name: 'Role',
    cell: (binding) => {
      const role = objectField(binding, 'roleRef')
      return `${stringField(role, 'kind') ?? ''}/${stringField(role, 'name') ?? ''}`
    },
  },
  ageColumn,
  subjects('Users', 'User'),
  subjects('Groups', 'Group'),
  subjects('ServiceAccounts', 'ServiceAccount'),
]

function subjects(name: string, kind: string): Column {
  return { name, priority: 1, cell: (binding) => subjectNames(binding, kind) }
}

function subjectNames(binding: JsonObject, kind: string): string {
  return objectsField(binding, 'subjects')
    .filter((subject) => subject['kind'] === kind)
    .map((subject) => {
      const namespace = stringField(subject, 'namespace') ?? ''
      const own = stringField(subject, 'name') ?? ''
      return kind === 'ServiceAccount' ? `${namespace}/${own}` : own
    })
    .join(', ')
}
