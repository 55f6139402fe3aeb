// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { parseObjectMeta } from './object-meta.ts'
import type { KubernetesObject } from './object-meta.ts'

/** The address of a kind of object in the API, without knowledge of its content. */
export interface ResourceKind {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  /** As in the URL: `pods`, `network-attachment-definitions`. */
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
}

/** A kind of object together with the parser that makes a typed value of its JSON. */
export interface Resource<T extends KubernetesObject> extends ResourceKind {
  readonly parse: (object: JsonObject) => T
}

/** An object of any kind: its metadata typed, and all of it as it came, for reading on or for writing back. */
export interface GenericObject extends KubernetesObject {
  readonly content: JsonObject
}

/** `v1` for the core group, else `group/version`. */
export function apiVersionOf(kind: ResourceKind): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
}

/**
 * The same kind of object, read whole: nothing is dropped, so that the content can be changed and written back.
 * `apiVersion` and `kind`, which the items of a list lack, are filled in.
 */
export function genericResource(kind: ResourceKind): Resource<GenericObject> {
  const apiVersion = apiVersionOf(kind)
  return {
    group: kind.group,
    version: kind.version,
    plural: kind.plural,
    kind: kind.kind,
    namespaced: kind.namespaced,
    parse: (object) => {
      const content = { ...object, apiVersion, kind: kind.kind }
      return { apiVersion, kind: kind.kind, metadata: parseObjectMeta(object), content }
    },
  }
}
