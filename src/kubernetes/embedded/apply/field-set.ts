// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'

/**
 * A set of field paths as a tree, the form that `managedFields` has on the wire: children are path elements such as
 * `f:spec`, `k:{"name":"a"}` or `v:"x"`.
 */
export interface FieldSet {
  /** Whether the path that leads here is itself in the set. */
  readonly owned: boolean
  readonly children: ReadonlyMap<string, FieldSet>
}

/** The set without any path. */
export const noFields: FieldSet = { owned: false, children: new Map() }

/** The set of just the path that leads here. */
export const ownField: FieldSet = { owned: true, children: new Map() }

/** A set of these children; empty ones are left out. */
export function fieldSet(owned: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  return { owned, children: new Map([...children].filter(([, child]) => !isEmptySet(child))) }
}

/** Whether no path is in a set. */
export function isEmptySet(set: FieldSet): boolean {
  return !set.owned && set.children.size === 0
}

/** The paths that are in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map(a.children)
  for (const [element, child] of b.children) {
    const own = children.get(element)
    children.set(element, own === undefined ? child : union(own, child))
  }
  return { owned: a.owned || b.owned, children }
}

/** The paths of the first set that are not in the second. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const children = [...a.children].map(([element, child]): [string, FieldSet] => {
    const other = b.children.get(element)
    return [element, other === undefined ? child : difference(child, other)]
  })
  return fieldSet(a.owned && !b.owned, children)
}

/** The paths that are in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = [...a.children].flatMap(([element, child]): [string, FieldSet][] => {
    const other = b.children.get(element)
    return other === undefined ? [] : [[element, intersection(child, other)]]
  })
  return fieldSet(a.owned && b.owned, children)
}

/** A set from the `fieldsV1` of a managedFields entry. */
export function parseFieldSet(fields: JsonObject): FieldSet {
  return parseNode(fields, true)
}

function parseNode(fields: JsonObject, isRoot: boolean): FieldSet {
  const children = Object.entries(fields).flatMap(([element, child]): [string, FieldSet][] =>
    element === '.' || !isJsonObject(child) ? [] : [[element, parseNode(child, false)]],
  )
  return {
    owned: Object.hasOwn(fields, '.') || (children.length === 0 && !isRoot),
    children: new Map(children),
  }
}

/** The `fieldsV1` of a set, path elements in order. */
export function formatFieldSet(set: FieldSet): JsonObject {
  const children = [...set.children].sort(([a], [b]) => (a < b ? -1 : 1))
  const entries = children.map(([element, child]): [string, JsonObject] => [element, formatFieldSet(child)])
  const self: [string, JsonObject][] = set.owned && entries.length > 0 ? [['.', {}]] : []
  return Object.fromEntries([...self, ...entries])
}

/** The paths of a set as people write them, such as `.spec.containers[name="a"].image`. */
export function fieldPaths(set: FieldSet, prefix = ''): readonly string[] {
  const inner = [...set.children].flatMap(([element, child]) =>
    fieldPaths(child, prefix + formatElement(element)),
  )
  return set.owned ? [prefix, ...inner] : inner
}

function formatElement(element: string): string {
  const content = element.slice(2)
  if (element.startsWith('f:')) return `.${content}`
  if (element.startsWith('v:')) return `[=${content}]`
  if (!element.startsWith('k:')) return `[${content}]`
  const keys = JSON.parse(content) as unknown
  if (!isJsonObject(keys)) return `[${content}]`
  return `[${Object.entries(keys)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(',')}]`
}
