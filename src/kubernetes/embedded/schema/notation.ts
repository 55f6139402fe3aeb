// SPDX-License-Identifier: Apache-2.0

// Types as text, one block each, because a thousand fields as object literals cannot be read:
//
//   PodSpec                                            a name at the start of a line begins a type
//     2 containers!: [Container] by name               a field: its number in protobuf, name, type
//     7 nodeSelector: {string} atomic                  {…} is a map, […] a list
//
// "!" after the name: required; "?": a pointer in Go, whose zero differs from its absence; neither: zero is absence.
// A number such as 2.1 leads through a message that JSON shows flat.
//
// After a list: `by a,b` (items have these keys), `set`, `merge k` (strategic merge patch uses another key than
// ownership does), `replace` (strategic merge patch does not merge it). After anything: `atomic`, `retainKeys`,
// `= X` (what an absent key means when items are matched). A list that says nothing is atomic.

import { PlaitError } from '../../../base/index.ts'
import type { FieldSchema, ListSchema, ObjectSchema, ScalarType, Schema } from './schema.ts'

const scalars: ReadonlySet<string> = new Set<ScalarType>([
  'string',
  'int32',
  'int64',
  'number',
  'bool',
  'bytes',
  'time',
  'microTime',
  'quantity',
  'intOrString',
])

function isScalar(text: string): text is ScalarType {
  return scalars.has(text)
}

/** A block of types that share a package. */
export interface TypeBlock {
  /** Prefix of the full names, such as `io.k8s.api.core.v1`. */
  readonly packageName: string
  readonly text: string
}

/** The types of all blocks, by short name. A type may be written as `Alias as Name` when two packages share a name. */
export function parseTypes(blocks: readonly TypeBlock[]): ReadonlyMap<string, ObjectSchema> {
  const types = new Map<string, ObjectSchema>()
  for (const { packageName, text } of blocks) {
    for (const block of text.split(/\n(?=\S)/)) {
      const [head = '', ...body] = block.trim().split('\n')
      if (head === '') continue
      const [, alias = '', name = alias, atomic] = /^(\w+)(?: as (\w+))?( atomic)?$/.exec(head) ?? fail(head)
      const fields = parseFields(body.join(' '), types)
      types.set(alias, {
        kind: 'object',
        name: `${packageName}.${name}`,
        fields,
        atomic: atomic !== undefined,
      })
    }
  }
  return types
}

function parseFields(text: string, types: ReadonlyMap<string, ObjectSchema>): Map<string, FieldSchema> {
  const parts = text.split(';').map((part) => part.trim().replaceAll(/\s+/g, ' '))
  return new Map(parts.filter((part) => part !== '').map((part) => parseField(part, types)))
}

function parseField(text: string, types: ReadonlyMap<string, ObjectSchema>): [string, FieldSchema] {
  const [, wire = '', name = '', mark = '', type = '', modifiers = ''] =
    /^(?:([\d.]+) )?(\S+?)([!?]?): (\S+)(.*)$/.exec(text) ?? fail(text)
  const field = {
    schema: parseType(type, modifiers, types),
    required: mark === '!',
    keepsZero: mark !== '' || type === 'any',
    wire: wire === '' ? [] : wire.split('.').map(Number),
    retainKeys: / retainKeys/.test(modifiers),
    defaultValue: / = (\S+)/.exec(modifiers)?.[1],
  }
  return [name, field]
}

function parseType(type: string, modifiers: string, types: ReadonlyMap<string, ObjectSchema>): Schema {
  const inner = type.slice(1, -1)
  if (type.startsWith('[')) return parseList(parseType(inner, '', types), modifiers)
  if (type.startsWith('{')) {
    return { kind: 'map', values: parseType(inner, '', types), atomic: / atomic/.test(modifiers) }
  }
  if (type === 'any') return { kind: 'any' }
  if (isScalar(type)) return { kind: 'scalar', type }
  return { kind: 'reference', resolve: () => types.get(type) ?? fail(type) }
}

function parseList(items: Schema, modifiers: string): ListSchema {
  const keys = / by (\S+)/.exec(modifiers)?.[1]?.split(',') ?? []
  const merge = / merge (\S+)/.exec(modifiers)?.[1]
  const isSet = / set/.test(modifiers)
  const implied = isSet ? '-' : keys[0]
  return {
    kind: 'list',
    items,
    type: isSet ? 'set' : keys.length > 0 ? 'map' : 'atomic',
    keys,
    mergeKey: / replace/.test(modifiers) ? undefined : (merge ?? implied),
  }
}

function fail(text: string): never {
  throw new PlaitError('kubernetes/invalid', `Cannot read the type notation: ${JSON.stringify(text)}`)
}
