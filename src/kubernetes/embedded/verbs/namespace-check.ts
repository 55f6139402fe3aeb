// SPDX-License-Identifier: Apache-2.0

import type { Cluster } from '../cluster.ts'
import { formatTime, isTerminating } from '../resources/metadata.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { forbidden, notFound } from '../status/refusals.ts'
import { objectField, stringField } from '../../resources/fields.ts'

/** @throws StatusError 404 when the namespace of a new object is missing, 403 when it is being deleted */
export function checkNamespace(
  cluster: Cluster,
  resource: ServedResource,
  { namespace, name }: { namespace: string; name: string },
): void {
  if (!resource.namespaced) return
  const found = cluster.store.get('namespaces', '', namespace)
  if (found === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace)
  if (!isTerminating(found)) return
  const since = stringField(objectField(found, 'metadata'), 'deletionTimestamp') ?? formatTime(cluster.now())
  throw forbidden(
    resource,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
    [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated since ${since}`,
        field: 'metadata.namespace',
      },
    ],
  )
}
