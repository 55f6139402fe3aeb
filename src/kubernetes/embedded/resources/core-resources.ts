// SPDX-License-Identifier: Apache-2.0

import {
  configMapColumns,
  endpointsColumns,
  namespaceColumns,
  secretColumns,
  serviceAccountColumns,
  serviceColumns,
} from '../tables/core-columns.ts'
import { eventColumns } from '../tables/event-columns.ts'
import { nodeColumns } from '../tables/node-columns.ts'
import { podColumns } from '../tables/pod-columns.ts'
import type { BuiltinSpec } from './builtin-resource.ts'
import { eventStrategy } from './core/events.ts'
import {
  configMapStrategy,
  createOnUpdateStrategy,
  namespaceStrategy,
  nodeStrategy,
  plainStrategy,
  secretStrategy,
} from './core/plain.ts'
import { podStrategy } from './core/pods.ts'
import { serviceStrategy } from './core/services.ts'
import type { Subresource } from './served-resource.ts'

const kindOfCore = (kind: string) => ({ group: '', version: 'v1', kind })

const podSubresources: readonly Subresource[] = [
  { name: 'attach', verbs: ['create', 'get'], kind: kindOfCore('PodAttachOptions') },
  { name: 'binding', verbs: ['create'], kind: kindOfCore('Binding') },
  { name: 'eviction', verbs: ['create'], kind: { group: 'policy', version: 'v1', kind: 'Eviction' } },
  { name: 'exec', verbs: ['create', 'get'], kind: kindOfCore('PodExecOptions') },
  { name: 'log', verbs: ['get'] },
  { name: 'portforward', verbs: ['create', 'get'], kind: kindOfCore('PodPortForwardOptions') },
]

/** Config maps: keys and values. */
const configMaps: BuiltinSpec = {
  plural: 'configmaps',
  kind: 'ConfigMap',
  shortNames: ['cm'],
  strategy: configMapStrategy,
  columns: configMapColumns,
}

const endpoints: BuiltinSpec = {
  plural: 'endpoints',
  kind: 'Endpoints',
  shortNames: ['ep'],
  strategy: createOnUpdateStrategy,
  columns: endpointsColumns,
}

/** Events, in the form in which those of both groups are stored. */
export const coreEvents: BuiltinSpec = {
  plural: 'events',
  kind: 'Event',
  shortNames: ['ev'],
  strategy: eventStrategy,
  columns: eventColumns,
}

const namespaces: BuiltinSpec = {
  plural: 'namespaces',
  kind: 'Namespace',
  shortNames: ['ns'],
  namespaced: false,
  strategy: namespaceStrategy,
  columns: namespaceColumns,
  subresources: [{ name: 'finalize', verbs: ['update'] }],
}

const nodes: BuiltinSpec = {
  plural: 'nodes',
  kind: 'Node',
  shortNames: ['no'],
  namespaced: false,
  strategy: nodeStrategy,
  columns: nodeColumns,
}

const pods: BuiltinSpec = {
  plural: 'pods',
  kind: 'Pod',
  shortNames: ['po'],
  categories: ['all'],
  strategy: podStrategy,
  columns: podColumns,
  subresources: podSubresources,
}

const secrets: BuiltinSpec = {
  plural: 'secrets',
  kind: 'Secret',
  strategy: secretStrategy,
  columns: secretColumns,
}

const serviceAccounts: BuiltinSpec = {
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  shortNames: ['sa'],
  strategy: plainStrategy,
  columns: serviceAccountColumns,
}

const services: BuiltinSpec = {
  plural: 'services',
  kind: 'Service',
  shortNames: ['svc'],
  categories: ['all'],
  strategy: serviceStrategy,
  columns: serviceColumns,
}

/** The resources of the core group, in the order in which discovery lists them. */
export const coreResources: readonly BuiltinSpec[] = [
  configMaps,
  endpoints,
  coreEvents,
  namespaces,
  nodes,
  pods,
  secrets,
  serviceAccounts,
  services,
]
