// SPDX-License-Identifier: Apache-2.0

import type { NamedResource } from '../status/refusals.ts'
import { apiVersionText } from './served-resource.ts'
import type { ServedResource } from './served-resource.ts'

/** A version of a group with its resources, in the order in which they were added. */
export interface GroupVersion {
  readonly group: string
  readonly version: string
  readonly resources: readonly ServedResource[]
}

/** The resources that are served at this moment: the built-in ones and those of custom resource definitions. */
export class ResourceRegistry {
  readonly #resources = new Map<string, ServedResource>()
  #changes = 0

  /** Grows with each change, so that what was derived from the registry can be kept until then. */
  get changes(): number {
    return this.#changes
  }

  add(resource: ServedResource): void {
    this.#resources.set(keyOf(resource), resource)
    this.#changes += 1
  }

  /** Ends the serving of all versions of a resource. */
  removeAll({ group, plural }: NamedResource): void {
    for (const [key, resource] of this.#resources) {
      if (resource.group === group && resource.plural === plural) this.#resources.delete(key)
    }
    this.#changes += 1
  }

  find(group: string, version: string, plural: string): ServedResource | undefined {
    return this.#resources.get(keyOf({ group, version, plural }))
  }

  /** The resource of an object by its `apiVersion` and `kind`. */
  findKind(apiVersion: string, kind: string): ServedResource | undefined {
    return this.all().find((one) => apiVersionText(one) === apiVersion && one.kind === kind)
  }

  /** Any version of a resource, by group and plural. */
  findResource({ group, plural }: NamedResource): ServedResource | undefined {
    return this.all().find((one) => one.group === group && one.plural === plural)
  }

  /** A resource whose objects a collection holds in their own form. */
  ofCollection(collection: string): ServedResource | undefined {
    return this.all().find((one) => one.collection === collection && one.schema === one.storedSchema)
  }

  all(): readonly ServedResource[] {
    return [...this.#resources.values()]
  }

  /** All groups and versions: the core group first, the others in the order in which they were added. */
  groupVersions(): readonly GroupVersion[] {
    const grouped = Map.groupBy(this.all(), apiVersionText)
    return [...grouped.values()].flatMap((resources) => {
      const [first] = resources
      return first === undefined ? [] : [{ group: first.group, version: first.version, resources }]
    })
  }
}

function keyOf({ group, version, plural }: NamedResource & { readonly version: string }): string {
  return `${group}/${version}/${plural}`
}
