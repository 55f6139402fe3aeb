// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { metadataProblems } from './metadata-rules.ts'
import { dnsSubdomain } from './names.ts'

const problems = (metadata: JsonObject) =>
  metadataProblems({ metadata: { name: 'a', ...metadata } }, dnsSubdomain).map(
    ({ field, message }) => `${field}: ${message}`,
  )

const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' }

describe('the rules of metadata', () => {
  test('let an ordinary object through', () => {
    const labels = { 'app.kubernetes.io/name': 'web' }
    assert.deepEqual(
      problems({
        labels,
        annotations: { 'K8s/x': 'anything at all' },
        ownerReferences: [owner],
        finalizers: ['example.com/x'],
      }),
      [],
    )
  })

  test('name the label that is none', () => {
    assert.match(
      problems({ labels: { 'a b': 'c' } })[0] ?? '',
      /^metadata\.labels: Invalid value: "a b": name part must consist/,
    )
    assert.match(
      problems({ labels: { a: 'b c' } })[0] ?? '',
      /^metadata\.labels: Invalid value: "b c": a valid label must be/,
    )
  })

  test('bound the annotations', () => {
    assert.deepEqual(problems({ annotations: { a: 'x'.repeat(262_145) } }), [
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ])
  })

  test('want owners to be whole, and one controller at most', () => {
    assert.deepEqual(problems({ ownerReferences: [{ ...owner, uid: '' }] }), [
      'metadata.ownerReferences[0].uid: Invalid value: "": uid must not be empty',
    ])
    const controllers = [
      { ...owner, controller: true },
      { ...owner, name: 'q', uid: 'v', controller: true },
    ]
    assert.match(
      problems({ ownerReferences: controllers })[0] ?? '',
      /Only one reference can have Controller set to true\. Found "true" in references for Pod\/p and Pod\/q/,
    )
  })
})
