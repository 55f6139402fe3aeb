// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { builtinType } from './builtin-types.ts'
import { resolveSchema } from './schema.ts'
import type { ObjectSchema, Schema } from './schema.ts'

const roots = [
  'Pod',
  'Namespace',
  'Node',
  'Event',
  'EventsEvent',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Service',
  'Endpoints',
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'StatefulSet',
  'Lease',
  'Scale',
  'Eviction',
  'Binding',
  'DeleteOptions',
  'Role',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
]

function reachable(): ReadonlySet<ObjectSchema> {
  const seen = new Set<ObjectSchema>()
  const visit = (schema: Schema): void => {
    const resolved = resolveSchema(schema)
    if (resolved.kind === 'list') visit(resolved.items)
    if (resolved.kind === 'map') visit(resolved.values)
    if (resolved.kind !== 'object' || seen.has(resolved)) return
    seen.add(resolved)
    for (const field of resolved.fields.values()) visit(field.schema)
  }
  for (const root of roots) visit(builtinType(root))
  return seen
}

describe('the built-in types', () => {
  test('refer only to types that exist', () => {
    assert.ok(reachable().size > 150)
  })

  test('give no protobuf number twice', () => {
    for (const type of reachable()) {
      const numbers = [...type.fields.values()]
        .map((field) => field.wire.join('.'))
        .filter((number) => number !== '')
      assert.equal(new Set(numbers).size, numbers.length, type.name)
    }
  })

  test('match the items of keyed lists by fields that the items have', () => {
    for (const type of reachable()) {
      for (const [name, { schema }] of type.fields) {
        if (schema.kind !== 'list' || schema.type !== 'map') continue
        const items = resolveSchema(schema.items)
        assert.ok(
          items.kind === 'object' && schema.keys.every((key) => items.fields.has(key)),
          `${type.name}.${name}`,
        )
      }
    }
  })

  test('are asked for by name, and a name that is none is a mistake of the program', () => {
    assert.throws(() => builtinType('Pood'), TypeError)
  })
})
