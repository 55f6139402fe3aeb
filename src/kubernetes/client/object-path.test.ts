// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { networkAttachmentDefinitions } from '../resources/network-attachment-definition.ts'
import { namespaces } from '../resources/namespace.ts'
import { pods } from '../resources/pod.ts'
import { collectionPath, describeObject, objectPath, withQuery } from './object-path.ts'

describe('object paths', () => {
  it('quote what could be read as something else', () => {
    assert.equal(objectPath(pods, { namespace: 'a?b', name: 'c#d' }), '/api/v1/namespaces/a%3Fb/pods/c%23d')
    assert.throws(() => objectPath(pods, { namespace: '..', name: 'a' }), { id: 'kubernetes/invalid' })
    assert.throws(() => objectPath(pods, { name: 'a' }), { detail: 'invalid namespace ""' })
  })

  it('leave the namespace out for all namespaces and for cluster-scoped kinds', () => {
    assert.equal(collectionPath(pods), '/api/v1/pods')
    assert.equal(collectionPath(pods, ''), '/api/v1/pods')
    assert.equal(collectionPath(namespaces, 'ignored'), '/api/v1/namespaces')
  })

  it('carry only parameters that are there', () => {
    assert.equal(
      withQuery('/p', { a: undefined, limit: 5, fieldSelector: 'spec.nodeName=n 1' }),
      '/p?limit=5&fieldSelector=spec.nodeName%3Dn+1',
    )
    assert.equal(withQuery('/p', {}), '/p')
  })
})

describe('describeObject()', () => {
  it('speaks of objects as people do', () => {
    assert.equal(describeObject(pods, { namespace: 'default', name: 'web' }), 'pod default/web')
    assert.equal(
      describeObject(pods, { namespace: 'a', name: 'b', subresource: 'status' }),
      'status of pod a/b',
    )
    assert.equal(describeObject(namespaces, { name: 'a' }), 'namespace a')
    assert.equal(describeObject(pods, { namespace: 'a' }), 'pods of namespace a')
    assert.equal(describeObject(pods, {}), 'pods')
    const nad = describeObject(networkAttachmentDefinitions, { namespace: 'a', name: 'lan' })
    assert.equal(nad, 'network-attachment-definition a/lan')
  })
})
