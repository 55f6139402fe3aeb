// SPDX-License-Identifier: Apache-2.0

import { crdStrategy } from '../crd/crd-strategy.ts'
import { builtinType } from '../schema/builtin-types.ts'
import { decodeTyped } from '../schema/decode.ts'
import { leaseColumns } from '../tables/core-columns.ts'
import { eventsGroupColumns } from '../tables/event-columns.ts'
import { roleBindingColumns, roleColumns } from '../tables/rbac-columns.ts'
import { createdColumn, nameColumn } from '../tables/shared-columns.ts'
import { appsResources } from './apps-resources.ts'
import { builtinResource } from './builtin-resource.ts'
import type { BuiltinSpec } from './builtin-resource.ts'
import { coreEvents, coreResources } from './core-resources.ts'
import { fromEventsGroup, toEventsGroup } from './core/events.ts'
import { createOnUpdateStrategy, rbacStrategy } from './core/plain.ts'
import type { ServedResource } from './served-resource.ts'

const leases: BuiltinSpec = {
  group: 'coordination.k8s.io',
  plural: 'leases',
  kind: 'Lease',
  strategy: createOnUpdateStrategy,
  columns: leaseColumns,
}

const rbac = { group: 'rbac.authorization.k8s.io', strategy: rbacStrategy }

/** Roles are kept, so that manifests with them can be applied; nobody is refused anything because of them. */
const rbacResources: readonly BuiltinSpec[] = [
  {
    ...rbac,
    plural: 'clusterrolebindings',
    kind: 'ClusterRoleBinding',
    namespaced: false,
    columns: roleBindingColumns,
  },
  { ...rbac, plural: 'clusterroles', kind: 'ClusterRole', namespaced: false, columns: roleColumns },
  { ...rbac, plural: 'rolebindings', kind: 'RoleBinding', columns: roleBindingColumns },
  { ...rbac, plural: 'roles', kind: 'Role', columns: roleColumns },
]

const definitions: BuiltinSpec = {
  group: 'apiextensions.k8s.io',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  strategy: crdStrategy,
  columns: [nameColumn, createdColumn],
}

/** The resources that are there without any custom resource definition. */
export function builtinResources(): readonly ServedResource[] {
  const first = [...coreResources, ...appsResources].map(builtinResource)
  const others = [leases, ...rbacResources, definitions].map(builtinResource)
  return [...first, eventsGroupResource(), ...others]
}

/** The events of the core group, seen through `events.k8s.io`. */
function eventsGroupResource(): ServedResource {
  const schema = builtinType('EventsEvent')
  return {
    ...builtinResource({ ...coreEvents, columns: eventsGroupColumns }),
    group: 'events.k8s.io',
    schema,
    decode: (object) => decodeTyped(object, schema),
    toStored: fromEventsGroup,
    fromStored: toEventsGroup,
  }
}
