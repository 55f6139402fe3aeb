// SPDX-License-Identifier: Apache-2.0

// Discovery as it was before it came in one answer: one list per group and version.

import type { JsonObject } from '../../../base/index.ts'
import type { GroupVersion, ResourceRegistry } from '../resources/registry.ts'
import { apiVersionText } from '../resources/served-resource.ts'
import type { ServedResource } from '../resources/served-resource.ts'

/** Answer of `/api`. @param host host and port as the client names them */
export function coreVersions(host: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
  }
}

/** Answer of `/apis`. */
export function groupList(registry: ResourceRegistry): JsonObject {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupsOf(registry).map((versions) => groupEntry(versions)),
  }
}

/** Answer of `/apis/<group>`; undefined when there is no such group. */
export function singleGroup(registry: ResourceRegistry, group: string): JsonObject | undefined {
  const versions = groupsOf(registry).find((all) => all[0]?.group === group)
  return versions === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(versions) }
}

/** All groups but the core one, each with its versions, preferred one first. */
export function groupsOf(registry: ResourceRegistry): readonly (readonly GroupVersion[])[] {
  const named = registry.groupVersions().filter(({ group }) => group !== '')
  return [...Map.groupBy(named, ({ group }) => group).values()]
}

function groupEntry(versions: readonly GroupVersion[]): JsonObject {
  const entries = versions.map((one) => ({ groupVersion: apiVersionText(one), version: one.version }))
  return { name: versions[0]?.group, versions: entries, preferredVersion: entries[0] }
}

/** Answer of `/api/v1` and `/apis/<group>/<version>`; undefined when there is nothing in it. */
export function resourceList(
  registry: ResourceRegistry,
  group: string,
  version: string,
): JsonObject | undefined {
  const found = registry.groupVersions().find((one) => one.group === group && one.version === version)
  if (found === undefined) return undefined
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionText(found),
    resources: found.resources.flatMap(resourceEntries),
  }
}

function resourceEntries(resource: ServedResource): readonly JsonObject[] {
  const { plural, namespaced, kind } = resource
  const own = {
    name: plural,
    singularName: resource.singular,
    namespaced,
    kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
  }
  const below = resource.subresources.map((one) => ({
    name: `${plural}/${one.name}`,
    singularName: '',
    namespaced,
    ...(one.kind === undefined ? { kind } : one.kind.group === '' ? { kind: one.kind.kind } : one.kind),
    verbs: one.verbs,
  }))
  return [own, ...below]
}
