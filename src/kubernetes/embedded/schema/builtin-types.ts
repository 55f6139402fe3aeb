// SPDX-License-Identifier: Apache-2.0

import { parseTypes } from './notation.ts'
import type { ObjectSchema } from './schema.ts'
import { apiextensionsTypes } from './types/apiextensions.ts'
import { scaleTypes } from './types/autoscaling.ts'
import { clusterTypes } from './types/cluster.ts'
import { containerTypes } from './types/containers.ts'
import { coordinationTypes } from './types/coordination.ts'
import { eventTypes } from './types/events.ts'
import { metaTypes } from './types/meta.ts'
import { nodeTypes } from './types/nodes.ts'
import { podTypes } from './types/pods.ts'
import { policyTypes } from './types/policy.ts'
import { rbacTypes } from './types/rbac.ts'
import { volumeTypes } from './types/volumes.ts'
import { workloadTypes } from './types/workloads.ts'

const blocks = [
  metaTypes,
  clusterTypes,
  podTypes,
  containerTypes,
  volumeTypes,
  nodeTypes,
  workloadTypes,
  eventTypes,
  coordinationTypes,
  scaleTypes,
  policyTypes,
  rbacTypes,
  apiextensionsTypes,
]

let parsed: ReadonlyMap<string, ObjectSchema> | undefined

/** The shape of a built-in type by its short name, such as `Pod`; `EventsEvent` is the one of `events.k8s.io`. */
export function builtinType(name: string): ObjectSchema {
  parsed ??= parseTypes(blocks)
  const type = parsed.get(name)
  if (type === undefined) throw new TypeError(`no built-in type ${name}`)
  return type
}
