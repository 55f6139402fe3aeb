// SPDX-License-Identifier: Apache-2.0

import {
  daemonSetColumns,
  deploymentColumns,
  replicaSetColumns,
  statefulSetColumns,
} from '../tables/workload-columns.ts'
import {
  daemonSetStrategy,
  deploymentStrategy,
  replicaSetStrategy,
  statefulSetStrategy,
} from './apps/workloads.ts'
import type { BuiltinSpec } from './builtin-resource.ts'

const common = { group: 'apps', categories: ['all'] }

const scale = {
  specReplicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: ['spec', 'selector'],
}

const daemonSets: BuiltinSpec = {
  ...common,
  plural: 'daemonsets',
  kind: 'DaemonSet',
  shortNames: ['ds'],
  strategy: daemonSetStrategy,
  columns: daemonSetColumns,
}

const deployments: BuiltinSpec = {
  ...common,
  plural: 'deployments',
  kind: 'Deployment',
  shortNames: ['deploy'],
  strategy: deploymentStrategy,
  columns: deploymentColumns,
  scale,
}

const replicaSets: BuiltinSpec = {
  ...common,
  plural: 'replicasets',
  kind: 'ReplicaSet',
  shortNames: ['rs'],
  strategy: replicaSetStrategy,
  columns: replicaSetColumns,
  scale,
}

const statefulSets: BuiltinSpec = {
  ...common,
  plural: 'statefulsets',
  kind: 'StatefulSet',
  shortNames: ['sts'],
  strategy: statefulSetStrategy,
  columns: statefulSetColumns,
  scale,
}

/** The resources of `apps/v1`. */
export const appsResources: readonly BuiltinSpec[] = [daemonSets, deployments, replicaSets, statefulSets]
