// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { networkAttachmentDefinitions } from '../resources/network-attachment-definition.ts'
import { pods } from '../resources/pod.ts'
import { serve } from './served-client.ts'

const page = (names: string[], metadata: JsonObject): JsonObject => ({
  kind: 'PodList',
  apiVersion: 'v1',
  metadata,
  items: names.map((name) => ({ metadata: { name, namespace: 'default', uid: name } })),
})

describe('list()', () => {
  it('reads all pages of one snapshot', async () => {
    await using api = await serve(({ query }, reply) => {
      if (query.get('continue') === null)
        reply.json(200, page(['a', 'b'], { resourceVersion: '9', continue: 'next' }))
      else reply.json(200, page(['c'], { resourceVersion: '9' }))
    })
    const options = {
      fieldSelector: 'spec.nodeName=n1',
      labelSelector: 'app=web',
      resourceVersion: '0',
      pageSize: 2,
    }
    const { items, resourceVersion } = await api.client.list(pods, options)
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ['a', 'b', 'c'],
    )
    assert.equal(resourceVersion, '9')
    const selectors = 'fieldSelector=spec.nodeName%3Dn1&labelSelector=app%3Dweb&limit=2'
    assert.deepEqual(api.server.requests, [
      `GET /api/v1/pods?${selectors}&resourceVersion=0`,
      `GET /api/v1/pods?${selectors}&continue=next`,
    ])
  })

  it('reads the list in one piece when the snapshot expired between two pages', async () => {
    await using api = await serve(({ query }, reply) => {
      if (query.get('limit') === null) reply.json(200, page(['a', 'b', 'c'], { resourceVersion: '12' }))
      else if (query.get('continue') === null)
        reply.json(200, page(['a'], { resourceVersion: '9', continue: 'next' }))
      else reply.fail(410, 'Expired', 'The provided continue parameter is too old')
    })
    const { items, resourceVersion } = await api.client.list(pods, { namespace: 'default', pageSize: 1 })
    assert.equal(items.length, 3)
    assert.equal(resourceVersion, '12')
    assert.equal(api.server.requests.length, 3)
  })

  it('reads pages from the store when the piece from the cache is larger than the bound', async () => {
    await using api = await serve(
      ({ query }, reply) => {
        const names =
          query.get('resourceVersion') === '0' ? Array.from({ length: 500 }, (_, n) => `pod-${n}`) : ['a']
        reply.json(200, page(names, { resourceVersion: '9' }))
      },
      { maxListBytes: 4000 },
    )
    const { items } = await api.client.list(pods, { resourceVersion: '0' })
    assert.equal(items.length, 1)
    assert.deepEqual(api.server.requests, [
      'GET /api/v1/pods?limit=500&resourceVersion=0',
      'GET /api/v1/pods?limit=500',
    ])
  })

  it('does not follow a page that names itself as the next one', async () => {
    await using api = await serve((_, reply) => reply.json(200, page(['a'], { continue: 'same' })))
    await assert.rejects(api.client.list(pods), { id: 'kubernetes/bad-response' })
    assert.equal(api.server.requests.length, 2)
  })

  it('fails on an object that cannot be read, unless somebody takes it', async () => {
    const good = { metadata: { name: 'good', namespace: 'a' }, spec: { config: '{}' } }
    const bad = { metadata: { name: 'bad', namespace: 'a' }, spec: { config: { type: 'macvlan' } } }
    await using api = await serve((_, reply) => reply.json(200, { metadata: {}, items: [bad, good] }))
    await assert.rejects(api.client.list(networkAttachmentDefinitions), { id: 'kubernetes/invalid' })
    const problems: string[] = []
    const { items } = await api.client.list(networkAttachmentDefinitions, {
      onInvalid: (error) => problems.push(error.message),
    })
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ['good'],
    )
    assert.match(
      problems.join('; '),
      /^Cannot read network-attachment-definition a\/bad: spec.config is not a text/,
    )
  })

  it('says what it could not list', async () => {
    await using api = await serve((_, reply) => reply.fail(403, 'Forbidden', 'pods is forbidden'))
    await assert.rejects(api.client.list(pods, { namespace: 'a' }), {
      id: 'kubernetes/forbidden',
      message: 'Cannot list pods of namespace a: pods is forbidden',
    })
  })
})
