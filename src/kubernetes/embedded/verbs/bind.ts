// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { objectField, objectsField, stringField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import { withValue } from '../json/edit.ts'
import { formatTime, isTerminating, nameOf } from '../resources/metadata.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { badRequest, conflict } from '../status/refusals.ts'
import { storeChange } from './update.ts'

/**
 * Gives a pod to a node, as a scheduler does.
 *
 * @throws StatusError 400 without a node, 409 when the pod has one or is being deleted
 */
export function bindPod(
  cluster: Cluster,
  pods: ServedResource,
  { pod, node }: { readonly pod: JsonObject; readonly node: string },
): JsonObject {
  const name = nameOf(pod)
  const bound = stringField(objectField(pod, 'spec'), 'nodeName') ?? ''
  if (node === '') throw badRequest('target.name: Required value')
  if (isTerminating(pod))
    throw conflict(pods, name, `pod ${name} is being deleted, cannot be assigned to a host`)
  if (bound !== '') throw conflict(pods, name, `pod ${name} is already assigned to node "${bound}"`)
  const others = objectsField(objectField(pod, 'status'), 'conditions').filter(
    (one) => one['type'] !== 'PodScheduled',
  )
  const scheduled = { lastTransitionTime: formatTime(cluster.now()), status: 'True', type: 'PodScheduled' }
  const assigned = withValue(pod, ['spec', 'nodeName'], node)
  const object = withValue(assigned, ['status', 'conditions'], [...others, scheduled])
  return storeChange(cluster, pods, { old: pod, object, dryRun: false })
}
