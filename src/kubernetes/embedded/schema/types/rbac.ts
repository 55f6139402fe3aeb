// SPDX-License-Identifier: Apache-2.0

import type { TypeBlock } from '../notation.ts'

/** Roles and who has them. */
export const rbacTypes: TypeBlock = {
  packageName: 'io.k8s.api.rbac.v1',
  text: `
Role
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 rules: [PolicyRule]
PolicyRule
  1 verbs!: [string]; 2 apiGroups: [string]; 3 resources: [string]; 4 resourceNames: [string];
  5 nonResourceURLs: [string]
RoleBinding
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 subjects: [Subject]; 3 roleRef!: RoleRef
Subject atomic
  1 kind!: string; 2 apiGroup: string; 3 name!: string; 4 namespace: string
RoleRef atomic
  1 apiGroup!: string; 2 kind!: string; 3 name!: string
ClusterRole
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 rules: [PolicyRule];
  3 aggregationRule?: AggregationRule
AggregationRule
  1 clusterRoleSelectors: [LabelSelector]
ClusterRoleBinding
  apiVersion: string; kind: string; 1 metadata: ObjectMeta; 2 subjects: [Subject]; 3 roleRef!: RoleRef
`,
}
