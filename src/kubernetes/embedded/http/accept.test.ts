// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { negotiate } from './accept.ts'

const json = { format: 'json', as: 'object', version: 'v1' }

describe('negotiation', () => {
  test('gives JSON to who does not care', () => {
    for (const accept of ['', '*/*', 'application/json', 'application/vnd.kubernetes.protobuf, */*']) {
      assert.deepEqual(negotiate(accept), json, accept)
    }
  })

  test('gives a table to kubectl get', () => {
    const accept =
      'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'
    assert.deepEqual(negotiate(accept), { ...json, as: 'table' })
  })

  test('gives metadata only, YAML, or the whole of discovery', () => {
    assert.deepEqual(negotiate('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'), {
      ...json,
      as: 'metadata',
    })
    assert.deepEqual(negotiate('application/yaml'), { ...json, format: 'yaml' })
    assert.deepEqual(negotiate('application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList'), {
      ...json,
      discovery: 'v2beta1',
    })
  })

  test('passes over what is not offered', () => {
    assert.deepEqual(negotiate('application/json;as=Table;v=v9;g=meta.k8s.io,application/json'), json)
  })

  test('is refused when nothing is left', () => {
    assert.throws(() => negotiate('text/html'), { code: 406, reason: 'NotAcceptable' })
  })
})
