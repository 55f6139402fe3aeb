// SPDX-License-Identifier: Apache-2.0

import { builtinType } from '../schema/builtin-types.ts'
import { decodeTyped } from '../schema/decode.ts'
import type { TableColumns } from '../tables/table.ts'
import type { ScalePaths, ServedResource, Subresource } from './served-resource.ts'
import type { Strategy } from './strategy.ts'

/** What is said about a built-in resource; the rest follows from it. */
export interface BuiltinSpec {
  readonly group?: string
  readonly version?: string
  readonly plural: string
  readonly kind: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  /** @default true */
  readonly namespaced?: boolean
  readonly strategy: Strategy
  readonly columns: TableColumns
  readonly scale?: ScalePaths
  readonly subresources?: readonly Subresource[]
}

/** All verbs of an ordinary resource. */
export const allVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const

/** The verbs of `status` and `scale`. */
export const statusVerbs = ['get', 'patch', 'update'] as const

/** The scale subresource as discovery lists it. */
export const scaleSubresource: Subresource = {
  name: 'scale',
  verbs: statusVerbs,
  kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
}

/** A built-in resource, served in the form in which it is stored. */
export function builtinResource(spec: BuiltinSpec): ServedResource {
  const schema = builtinType(spec.kind)
  const { group = '', strategy, scale } = spec
  return {
    group,
    version: spec.version ?? 'v1',
    plural: spec.plural,
    singular: spec.kind.toLowerCase(),
    kind: spec.kind,
    listKind: `${spec.kind}List`,
    shortNames: spec.shortNames ?? [],
    categories: spec.categories ?? [],
    namespaced: spec.namespaced ?? true,
    verbs: allVerbs,
    subresources: [
      ...(spec.subresources ?? []),
      ...(scale === undefined ? [] : [scaleSubresource]),
      ...(strategy.separateStatus ? [{ name: 'status', verbs: statusVerbs }] : []),
    ],
    scale,
    collection: group === '' ? spec.plural : `${spec.plural}.${group}`,
    schema,
    storedSchema: schema,
    custom: false,
    strategy,
    columns: spec.columns,
    decode: (object) => decodeTyped(object, schema),
    toStored: (object) => object,
    fromStored: (object) => object,
  }
}
