// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, Log } from '../../base/index.ts'
import type { Cluster } from './cluster.ts'
import { networkAttachmentDefinitionCrd } from './crd/network-attachment-definition.ts'
import { builtinResources } from './resources/builtin.ts'
import { ResourceRegistry } from './resources/registry.ts'
import type { ServedResource } from './resources/served-resource.ts'
import { ObjectStore } from './storage/store.ts'
import type { StoreLimits } from './storage/store.ts'
import { createObject } from './verbs/create.ts'
import { strictWrite } from './verbs/write-options.ts'

/** Namespaces that every cluster has. */
const initialNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system']

/** What a cluster is made with. */
export interface ClusterOptions {
  readonly limits: StoreLimits
  readonly log: Log
  readonly now: () => Date
}

/** A cluster without its first objects: see `fillCluster`. */
export function createCluster({ limits, log, now }: ClusterOptions): Cluster {
  const registry = new ResourceRegistry()
  for (const resource of builtinResources()) registry.add(resource)
  return { store: new ObjectStore(limits), registry, log, now }
}

/** Creates what every cluster begins with: namespaces and custom resource definitions. */
export function fillCluster(cluster: Cluster, definitions: readonly JsonObject[]): void {
  for (const name of initialNamespaces) createFirst(cluster, '', 'namespaces', { metadata: { name } })
  for (const definition of [networkAttachmentDefinitionCrd, ...definitions]) {
    createFirst(cluster, 'apiextensions.k8s.io', 'customresourcedefinitions', definition)
  }
}

function createFirst(cluster: Cluster, group: string, plural: string, body: JsonObject): void {
  const resource: ServedResource | undefined = cluster.registry.find(group, 'v1', plural)
  if (resource === undefined) throw new TypeError(`no resource ${plural}`)
  createObject(cluster, resource, { namespace: '', body, options: strictWrite })
}
