// SPDX-License-Identifier: Apache-2.0

import { isDeepStrictEqual } from 'node:util'
import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { isJsonList, ownValue } from '../json/edit.ts'
import { resolveSchema } from '../schema/schema.ts'
import type { ListSchema, Schema } from '../schema/schema.ts'
import { fieldSet, noFields, ownField } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { childSchema, itemElement, shapeOf } from './shape.ts'

/** What became of the fields of an object from one state to the next. */
export interface Comparison {
  readonly added: FieldSet
  readonly modified: FieldSet
  readonly removed: FieldSet
}

const noChange: Comparison = { added: noFields, modified: noFields, removed: noFields }

/** The fields that differ between two states of an object. */
export function compareFields(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  schema: Schema,
): Comparison {
  if (before === undefined && after === undefined) return noChange
  const shape = shapeOf(after ?? before, schema)
  const sameShape = before === undefined || after === undefined || shapeOf(before, schema).kind === shape.kind
  if (!sameShape || shape.kind === 'leaf' || (isEmptyValue(before) && isEmptyValue(after))) {
    return compareLeaf(before, after)
  }
  const inner =
    shape.kind === 'fields' ? compareMembers(before, after, schema) : compareItems(before, after, shape.list)
  // A part that every object of the type has, such as the spec, belongs to nobody: only what is in it does.
  if (resolveSchema(schema).kind === 'object' && shape.kind === 'fields') return inner
  return {
    added: before === undefined ? { ...inner.added, owned: true } : inner.added,
    modified: inner.modified,
    removed: after === undefined ? { ...inner.removed, owned: true } : inner.removed,
  }
}

function isEmptyValue(value: JsonValue | undefined): boolean {
  return value === undefined || (isJsonObject(value) && Object.keys(value).length === 0)
}

function compareLeaf(before: JsonValue | undefined, after: JsonValue | undefined): Comparison {
  if (before === undefined) return { ...noChange, added: ownField }
  if (after === undefined) return { ...noChange, removed: ownField }
  return isDeepStrictEqual(before, after) ? noChange : { ...noChange, modified: ownField }
}

function compareMembers(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  schema: Schema,
): Comparison {
  const [a, b]: JsonObject[] = [isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}]
  const keys = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])
  return collect(
    [...keys].map((key) => [
      `f:${key}`,
      compareFields(ownValue(a ?? {}, key), ownValue(b ?? {}, key), childSchema(schema, key)),
    ]),
  )
}

function compareItems(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  list: ListSchema,
): Comparison {
  const byElement = (value: JsonValue | undefined) =>
    new Map((isJsonList(value) ? value : []).map((item) => [itemElement(item, list), item]))
  const [a, b] = [byElement(before), byElement(after)]
  const elements = new Set([...a.keys(), ...b.keys()])
  return collect([...elements].map((element) => [element, compareItem(a.get(element), b.get(element), list)]))
}

function compareItem(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  list: ListSchema,
): Comparison {
  const { added, modified, removed } = compareFields(before, after, list.items)
  return {
    added: before === undefined ? { ...added, owned: true } : added,
    modified,
    removed: after === undefined ? { ...removed, owned: true } : removed,
  }
}

function collect(parts: readonly (readonly [string, Comparison])[]): Comparison {
  return {
    added: fieldSet(
      false,
      parts.map(([element, part]) => [element, part.added]),
    ),
    modified: fieldSet(
      false,
      parts.map(([element, part]) => [element, part.modified]),
    ),
    removed: fieldSet(
      false,
      parts.map(([element, part]) => [element, part.removed]),
    ),
  }
}
