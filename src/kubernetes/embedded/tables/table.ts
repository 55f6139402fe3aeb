// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, JsonValue } from '../../../base/index.ts'

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string
  /** As in OpenAPI. @default 'string' */
  readonly type?: string
  /** `name` marks the column that is the object's name. */
  readonly format?: string
  readonly description?: string
  /** 0 is always shown, 1 only in wide output. @default 0 */
  readonly priority?: number
  /** The cell of an object; a time is relative to `now`. */
  readonly cell: (object: JsonObject, now: Date) => JsonValue
}

/** The columns of a resource, in order. */
export type TableColumns = readonly Column[]

/** How much of each object a table carries besides its cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

/** What a table is made of. */
export interface TableSource {
  readonly columns: TableColumns
  /** Objects in the form in which they are served. */
  readonly objects: readonly JsonObject[]
  readonly include: IncludeObject
  /** `v1` or `v1beta1` of meta.k8s.io. */
  readonly version: string
  readonly now: Date
  /** Metadata of the list; absent for a single object. */
  readonly metadata?: JsonObject
  /** Only the first table of a watch carries the definitions. @default true */
  readonly withDefinitions?: boolean
}

/** The Table object that kubectl prints. */
export function createTable(source: TableSource): JsonObject {
  const { columns, objects, include, version, now } = source
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: source.metadata ?? listMetadataOf(objects),
    columnDefinitions:
      source.withDefinitions === false
        ? []
        : columns.map(({ name, type, format, description, priority }) => ({
            name,
            type: type ?? 'string',
            format: format ?? '',
            description: description ?? '',
            priority: priority ?? 0,
          })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now)),
      ...(include === 'None'
        ? {}
        : { object: include === 'Object' ? object : toPartialMetadata(object, version) }),
    })),
  }
}

/** An object reduced to its metadata. */
export function toPartialMetadata(object: JsonObject, version: string): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: object['metadata'],
  }
}

function listMetadataOf(objects: readonly JsonObject[]): JsonObject {
  const metadata = objects[0]?.['metadata']
  const isObject = typeof metadata === 'object' && metadata !== null && 'resourceVersion' in metadata
  return isObject ? { resourceVersion: metadata['resourceVersion'] } : {}
}
