// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import type { ObjectSchema } from '../schema/schema.ts'
import type { Decoded } from '../schema/decode.ts'
import type { TableColumns } from '../tables/table.ts'
import type { Strategy } from './strategy.ts'

/** A path below an object that has verbs of its own, such as `status`. */
export interface Subresource {
  readonly name: string
  readonly verbs: readonly string[]
  /** What is read and written there, when it is another kind than the object's. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string }
}

/** Where an object of any kind keeps its number of replicas, as paths of field names. */
export interface ScalePaths {
  readonly specReplicas: readonly string[]
  readonly statusReplicas: readonly string[]
  /** A selector as text, or a label selector object. */
  readonly selector?: readonly string[] | undefined
}

/** A resource in one version, as discovery lists it, with all that is known about its objects. */
export interface ServedResource {
  /** Empty for the core group. */
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly singular: string
  readonly kind: string
  readonly listKind: string
  readonly shortNames: readonly string[]
  readonly categories: readonly string[]
  readonly namespaced: boolean
  readonly verbs: readonly string[]
  readonly subresources: readonly Subresource[]
  readonly scale?: ScalePaths | undefined
  /** Where the objects are stored; two versions or views of a resource share it. */
  readonly collection: string
  /** Shape in this version. */
  readonly schema: ObjectSchema
  /** Shape of what is stored: the same but for a view of another group. */
  readonly storedSchema: ObjectSchema
  /** Whether it is defined by a custom resource definition. */
  readonly custom: boolean
  readonly strategy: Strategy
  readonly columns: TableColumns
  /** The fields of a foreign object that this version knows. @throws DecodeError */
  readonly decode: (object: JsonObject) => Decoded
  readonly toStored: (object: JsonObject) => JsonObject
  readonly fromStored: (object: JsonObject) => JsonObject
}

/** `v1` for the core group, else `group/version`. */
export function apiVersionText({
  group,
  version,
}: {
  readonly group: string
  readonly version: string
}): string {
  return group === '' ? version : `${group}/${version}`
}
