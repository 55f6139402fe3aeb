// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { builtinType } from '../schema/builtin-types.ts'
import { applyStrategicMerge } from './strategic-merge.ts'

const patchSpec = (spec: JsonObject, patch: JsonObject) =>
  applyStrategicMerge(spec, patch, builtinType('PodSpec'))

const spec = {
  nodeName: 'n1',
  containers: [
    { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }], ports: [{ containerPort: 80 }] },
    { name: 'b', image: 'b:1' },
  ],
  volumes: [{ name: 'v', emptyDir: {} }],
  tolerations: [{ key: 'k' }],
}

describe('a strategic merge patch', () => {
  test('merges containers by name, and their variables and ports within', () => {
    const patch = {
      containers: [
        { name: 'a', env: [{ name: 'Y', value: '2' }], ports: [{ containerPort: 80, name: 'web' }] },
      ],
    }
    assert.deepEqual(patchSpec(spec, patch)['containers'], [
      {
        name: 'a',
        image: 'a:1',
        env: [
          { name: 'Y', value: '2' },
          { name: 'X', value: '1' },
        ],
        ports: [{ containerPort: 80, name: 'web' }],
      },
      { name: 'b', image: 'b:1' },
    ])
  })

  test('adds an item whose key is new in front, as the real server does', () => {
    const merged = patchSpec(spec, { containers: [{ name: 'c', image: 'c:1' }] })['containers']
    assert.deepEqual(merged, [{ name: 'c', image: 'c:1' }, ...spec.containers])
  })

  test('deletes an item by its directive', () => {
    assert.deepEqual(patchSpec(spec, { containers: [{ name: 'a', $patch: 'delete' }] })['containers'], [
      spec.containers[1],
    ])
  })

  test('replaces a list by its directive', () => {
    const patch = { containers: [{ name: 'z', image: 'z' }, { $patch: 'replace' }] }
    assert.deepEqual(patchSpec(spec, patch)['containers'], [{ name: 'z', image: 'z' }])
  })

  test('replaces lists that have no merge key', () => {
    assert.deepEqual(patchSpec(spec, { tolerations: [{ key: 'new' }] })['tolerations'], [{ key: 'new' }])
  })

  test('removes a field by null, replaces an object by its directive', () => {
    assert.equal(patchSpec(spec, { nodeName: null })['nodeName'], undefined)
    const patch = { securityContext: { $patch: 'replace', runAsUser: 1 } }
    assert.deepEqual(patchSpec({ securityContext: { fsGroup: 1 } }, patch), {
      securityContext: { runAsUser: 1 },
    })
  })

  test('keeps only the keys that $retainKeys names', () => {
    const patch = { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] }
    assert.deepEqual(patchSpec(spec, patch)['volumes'], [{ name: 'v', hostPath: { path: '/x' } }])
  })

  test('merges lists of scalars that are sets, and deletes from them', () => {
    const meta = (patch: JsonObject) =>
      applyStrategicMerge({ finalizers: ['a', 'b'] }, patch, builtinType('ObjectMeta'))
    assert.deepEqual(meta({ finalizers: ['b', 'c'] }), { finalizers: ['a', 'b', 'c'] })
    assert.deepEqual(meta({ '$deleteFromPrimitiveList/finalizers': ['a'] }), { finalizers: ['b'] })
  })

  test('puts items in the order that it asks for', () => {
    const order = [{ name: 'b' }, { name: 'a' }]
    const merged = patchSpec(spec, {
      '$setElementOrder/containers': order,
      containers: [{ name: 'b', image: 'b:2' }],
    })
    assert.deepEqual(merged['containers'], [{ name: 'b', image: 'b:2' }, spec.containers[0]])
    assert.deepEqual(
      patchSpec(spec, { '$setElementOrder/containers': order })['containers'],
      spec.containers.toReversed(),
    )
  })

  test('merges conditions by type and owners by uid', () => {
    const status = {
      conditions: [
        { type: 'Ready', status: 'False' },
        { type: 'Initialized', status: 'True' },
      ],
    }
    const merged = applyStrategicMerge(
      status,
      { conditions: [{ type: 'Ready', status: 'True' }] },
      builtinType('PodStatus'),
    )
    assert.deepEqual(merged['conditions'], [
      { type: 'Ready', status: 'True' },
      { type: 'Initialized', status: 'True' },
    ])
    const meta = applyStrategicMerge(
      { ownerReferences: [{ uid: '1', name: 'a' }] },
      { ownerReferences: [{ uid: '1', controller: true }] },
      builtinType('ObjectMeta'),
    )
    assert.deepEqual(meta['ownerReferences'], [{ uid: '1', name: 'a', controller: true }])
  })

  test('is refused when an item lacks its merge key', () => {
    assert.throws(() => patchSpec(spec, { containers: [{ image: 'x' }] }), {
      code: 400,
      message: /does not contain declared merge key: name/,
    })
  })

  test('leaves no directive behind in what it adds', () => {
    const patch = { containers: [{ name: 'c', securityContext: { $patch: 'replace', runAsUser: 1 } }] }
    assert.ok(!JSON.stringify(patchSpec(spec, patch)).includes('$patch'))
  })
})
