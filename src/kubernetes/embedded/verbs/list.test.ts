// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { nameOf } from '../resources/metadata.ts'
import { at, configMap, kinds, testCluster } from '../test-cluster.ts'
import type { TestCluster } from '../test-cluster.ts'
import { listObjects } from './list.ts'
import type { ListRequest } from './list.ts'

function list({ cluster }: TestCluster, request: ListRequest) {
  const resource = cluster.registry.find('', 'v1', 'configmaps')
  assert.ok(resource)
  return listObjects(cluster, resource, request)
}

const names = (objects: readonly JsonObject[]) => objects.map(nameOf)

function filled(): TestCluster {
  const cluster = testCluster()
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    cluster.api.create(configMap(name, {}, { labels: { odd: String('ace'.includes(name)) } }))
  return cluster
}

describe('a list', () => {
  test('comes in pages of one moment, whatever happens between them', () => {
    using cluster = filled()
    const first = list(cluster, { limit: 2 })
    cluster.api.remove(kinds.configMaps, at('c'))
    cluster.api.create(configMap('bb'))
    const second = list(cluster, { limit: 2, continueToken: first.continueToken })
    const third = list(cluster, { limit: 2, continueToken: second.continueToken })
    assert.deepEqual(
      [first, second, third].map(({ objects }) => names(objects)),
      [['a', 'b'], ['c', 'd'], ['e']],
    )
    assert.deepEqual([first.remaining, second.remaining, third.remaining], [3, 1, undefined])
    assert.equal(new Set([first, second, third].map((page) => page.resourceVersion)).size, 1)
  })

  test('selects by label before it counts pages', () => {
    using cluster = filled()
    const page = list(cluster, { labelSelector: 'odd=true', limit: 2 })
    assert.deepEqual([names(page.objects), page.remaining], [['a', 'c'], 1])
  })

  test('can be of an exact earlier revision', () => {
    using cluster = filled()
    const { resourceVersion } = cluster.api
    cluster.api.remove(kinds.configMaps, at('a'))
    const page = list(cluster, { resourceVersion, resourceVersionMatch: 'Exact' })
    assert.deepEqual(names(page.objects), ['a', 'b', 'c', 'd', 'e'])
  })

  test('of a page whose moment is forgotten is refused with 410', () => {
    using cluster = filled()
    const { continueToken } = list(cluster, { limit: 2 })
    cluster.api.remove(kinds.configMaps, at('a'))
    cluster.api.compact()
    assert.throws(() => list(cluster, { continueToken }), {
      code: 410,
      message: /continue parameter is too old/,
    })
  })

  test('of a revision that is yet to come is refused', () => {
    using cluster = filled()
    assert.throws(() => list(cluster, { resourceVersion: '99999' }), {
      code: 504,
      message: /Too large resource version: 99999, current:/,
    })
  })

  test('is refused with a token, version or selector that cannot be read', () => {
    using cluster = filled()
    for (const request of [
      { continueToken: 'x' },
      { resourceVersion: 'x' },
      { fieldSelector: 'data.x=y' },
      { labelSelector: '=' },
    ]) {
      assert.throws(() => list(cluster, request), { code: 400 })
    }
  })
})
