// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { builtinType } from '../schema/builtin-types.ts'
import { compareFields } from './compare.ts'
import { formatFieldSet } from './field-set.ts'

function changes(before: JsonObject, after: JsonObject, type = 'PodSpec') {
  const { added, modified, removed } = compareFields(before, after, builtinType(type))
  return {
    added: formatFieldSet(added),
    modified: formatFieldSet(modified),
    removed: formatFieldSet(removed),
  }
}

const none = { added: {}, modified: {}, removed: {} }

describe('compareFields()', () => {
  test('finds nothing between equals', () => {
    const spec = { containers: [{ name: 'a', image: 'b' }], nodeSelector: { x: 'y' } }
    assert.deepEqual(changes(spec, { ...spec }), none)
  })

  test('goes into keyed lists, and does not mind their order', () => {
    const before = {
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '1' },
      ],
    }
    const after = {
      containers: [
        { name: 'b', image: '2' },
        { name: 'a', image: '1' },
      ],
    }
    assert.deepEqual(changes(before, after), {
      ...none,
      modified: { 'f:containers': { 'k:{"name":"b"}': { 'f:image': {} } } },
    })
  })

  test('takes an atomic list or map as one', () => {
    const before = { tolerations: [{ key: 'a' }], nodeSelector: { a: 'b' } }
    const after = { tolerations: [{ key: 'a' }, { key: 'b' }], nodeSelector: { a: 'c' } }
    assert.deepEqual(changes(before, after).modified, { 'f:tolerations': {}, 'f:nodeSelector': {} })
  })

  test('names a new item, a new map and what is in them', () => {
    const after = { containers: [{ name: 'a', ports: [{ containerPort: 80 }] }] }
    assert.deepEqual(changes({}, after).added, {
      'f:containers': {
        '.': {},
        'k:{"name":"a"}': {
          '.': {},
          'f:name': {},
          'f:ports': {
            '.': {},
            'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
          },
        },
      },
    })
  })

  test('names what is gone', () => {
    const before = { labels: { a: '1', b: '2' }, finalizers: ['x'] }
    assert.deepEqual(changes(before, { labels: { a: '1' } }, 'ObjectMeta').removed, {
      'f:labels': { 'f:b': {} },
      'f:finalizers': { '.': {}, 'v:"x"': {} },
    })
  })
})
