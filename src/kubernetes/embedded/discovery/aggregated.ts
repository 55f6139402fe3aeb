// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import type { GroupVersion, ResourceRegistry } from '../resources/registry.ts'
import type { ServedResource, Subresource } from '../resources/served-resource.ts'
import { groupsOf } from './legacy.ts'

/** The whole of `/api` in one answer. @param version `v2` or `v2beta1` of apidiscovery.k8s.io */
export function aggregatedCore(registry: ResourceRegistry, version: string): JsonObject {
  return discoveryList([registry.groupVersions().filter(({ group }) => group === '')], version)
}

/** The whole of `/apis` in one answer. */
export function aggregatedGroups(registry: ResourceRegistry, version: string): JsonObject {
  return discoveryList(groupsOf(registry), version)
}

function discoveryList(groups: readonly (readonly GroupVersion[])[], version: string): JsonObject {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((versions) => ({
      metadata: { name: versions[0]?.group, creationTimestamp: null },
      versions: versions.map((one) => ({
        version: one.version,
        resources: one.resources.map(resourceEntry),
        freshness: 'Current',
      })),
    })),
  }
}

function resourceEntry(resource: ServedResource): JsonObject {
  const { group, version, kind } = resource
  return {
    resource: resource.plural,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(resource.subresources.length === 0
      ? {}
      : { subresources: resource.subresources.map((one) => subresourceEntry(resource, one)) }),
  }
}

function subresourceEntry({ group, version, kind }: ServedResource, subresource: Subresource): JsonObject {
  return {
    subresource: subresource.name,
    responseKind: subresource.kind ?? { group, version, kind },
    verbs: subresource.verbs,
  }
}
