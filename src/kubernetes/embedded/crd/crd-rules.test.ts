// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { withValue } from '../json/edit.ts'
import { definitionChangeProblems, definitionProblems } from './crd-rules.ts'
import { networkAttachmentDefinitionCrd } from './network-attachment-definition.ts'

const definition: JsonObject = {
  metadata: { name: 'things.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
}

const problems = (object: JsonObject) =>
  definitionProblems(object).map(({ field, message }) => `${field}: ${message}`)
const changed = (path: readonly string[], value: JsonObject[string]) =>
  problems(withValue(definition, path, value ?? null))

describe('the rules of custom resource definitions', () => {
  test('accept the definition of network attachment definitions', () => {
    assert.deepEqual(problems(networkAttachmentDefinitionCrd), [])
    assert.deepEqual(problems(definition), [])
  })

  test('want the name to be plural and group', () => {
    assert.deepEqual(changed(['metadata', 'name'], 'x'), [
      'metadata.name: Invalid value: "x": must be spec.names.plural+"."+spec.group',
    ])
  })

  test('want one of two scopes', () => {
    assert.deepEqual(changed(['spec', 'scope'], 'Here'), [
      'spec.scope: Unsupported value: "Here": supported values: "Cluster", "Namespaced"',
    ])
  })

  test('want exactly one version that is stored', () => {
    const version = {
      name: 'v1',
      served: true,
      storage: false,
      schema: { openAPIV3Schema: { type: 'object' } },
    }
    assert.match(
      changed(['spec', 'versions'], [version])[0] ?? '',
      /must have exactly one version marked as storage version/,
    )
  })

  test('want a schema, and a type everywhere in it', () => {
    const version = { name: 'v1', served: true, storage: true }
    assert.deepEqual(changed(['spec', 'versions'], [version]), [
      'spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required',
    ])
    const untyped = { type: 'object', properties: { spec: {} } }
    assert.deepEqual(changed(['spec', 'versions'], [{ ...version, schema: { openAPIV3Schema: untyped } }]), [
      'spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields',
    ])
  })

  test('want a printer column to have a path that can be followed', () => {
    const version = {
      name: 'v1',
      served: true,
      storage: true,
      schema: { openAPIV3Schema: { type: 'object' } },
      additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '$..x' }],
    }
    assert.match(changed(['spec', 'versions'], [version])[0] ?? '', /additionalPrinterColumns\[0\]\.jsonPath/)
  })

  test('refuse conversion by webhook, which is not offered', () => {
    assert.deepEqual(changed(['spec', 'conversion'], { strategy: 'Webhook' }), [
      'spec.conversion.strategy: Unsupported value: "Webhook": supported values: "None"',
    ])
  })

  test('want an approval for the groups of the project', () => {
    const approved = problems({
      ...definition,
      metadata: { name: 'things.x.k8s.io' },
      spec: { ...Object(definition['spec']), group: 'x.k8s.io' },
    })
    assert.match(approved[0] ?? '', /protected groups must have approval annotation/)
  })

  test('do not let group, scope and kind change', () => {
    const other = withValue(
      withValue(definition, ['spec', 'scope'], 'Cluster'),
      ['spec', 'names', 'kind'],
      'Other',
    )
    assert.deepEqual(
      definitionChangeProblems(other, definition).map(({ field }) => field),
      ['spec.scope', 'spec.names.kind'],
    )
  })
})
