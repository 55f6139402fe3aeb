// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { builtinType } from './builtin-types.ts'
import { decodeTyped } from './decode.ts'

const decodePod = (spec: JsonObject) => decodeTyped({ kind: 'Pod', spec }, builtinType('Pod'))
const specOf = (spec: JsonObject) => decodePod(spec).object['spec']

describe('decodeTyped()', () => {
  test('keeps the fields of the type', () => {
    const spec = { containers: [{ name: 'a', image: 'b', ports: [{ containerPort: 80 }] }] }
    assert.deepEqual(specOf(spec), spec)
  })

  test('drops unknown fields and tells their paths', () => {
    const { object, unknown } = decodePod({ containers: [{ name: 'a', imagee: 'b' }], hostNet: true })
    assert.deepEqual(object['spec'], { containers: [{ name: 'a' }] })
    assert.deepEqual(unknown, ['spec.containers[0].imagee', 'spec.hostNet'])
  })

  test('takes null for not said', () => {
    assert.deepEqual(specOf({ hostNetwork: null, nodeName: 'n1' }), { nodeName: 'n1' })
  })

  test('drops a zero that Go would not write, and keeps one that a pointer holds', () => {
    const spec = { hostNetwork: false, nodeName: '', tolerations: [], automountServiceAccountToken: false }
    assert.deepEqual(specOf(spec), { automountServiceAccountToken: false })
  })

  test('refuses a wrong type in the words of the Go decoder', () => {
    const refuses = (spec: JsonObject, message: string) =>
      assert.throws(() => decodePod(spec), { name: 'DecodeError', message })
    refuses(
      { hostNetwork: 'yes' },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    )
    refuses(
      { containers: [{ name: 'a', image: 5 }] },
      'json: cannot unmarshal number into Go struct field Container.spec.containers.image of type string',
    )
    refuses(
      { containers: {} },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    )
    refuses(
      { priority: 1.5 },
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32',
    )
    refuses(
      { containers: ['a'] },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container',
    )
  })

  test('refuses data that is not base64', () => {
    const secret = { data: { a: '!!' } }
    assert.throws(() => decodeTyped(secret, builtinType('Secret')), /illegal base64 data at input byte 0/)
  })

  test('gives amounts as text and times in whole seconds of UTC', () => {
    const container = { name: 'a', resources: { limits: { cpu: 2, memory: '1Gi' } } }
    assert.deepEqual(specOf({ containers: [container] }), {
      containers: [{ name: 'a', resources: { limits: { cpu: '2', memory: '1Gi' } } }],
    })
    const lease = { spec: { renewTime: '2026-01-02T03:04:05.6+01:00' } }
    assert.deepEqual(decodeTyped(lease, builtinType('Lease')).object, {
      spec: { renewTime: '2026-01-02T02:04:05.600000Z' },
    })
    const event = { lastTimestamp: '2026-01-02T03:04:05.678Z' }
    assert.deepEqual(decodeTyped(event, builtinType('Event')).object, {
      lastTimestamp: '2026-01-02T03:04:05Z',
    })
  })

  test('refuses an amount or a time that is none', () => {
    assert.throws(() => specOf({ overhead: { cpu: 'lots' } }), /quantities must match/)
    assert.throws(
      () => decodeTyped({ lastTimestamp: 'yesterday' }, builtinType('Event')),
      /parsing time "yesterday"/,
    )
  })
})
