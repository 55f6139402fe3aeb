// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { objectField, stringField } from '../../resources/fields.ts'
import { at, configMap, kinds, pod, settle, testCluster } from '../test-cluster.ts'
import type { TestCluster } from '../test-cluster.ts'
import { expireEvents } from './event-expiry.ts'

function ownedBy(owner: JsonObject, more: JsonObject = {}): JsonObject {
  const { name, uid } = objectField(owner, 'metadata')
  return { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid, ...more }] }
}

const exists = ({ api }: TestCluster, name: string) => api.find(kinds.configMaps, at(name)) !== undefined

describe('garbage collection', () => {
  test('deletes what an object owned, and what that owned', async () => {
    using cluster = testCluster()
    const owner = cluster.api.create(configMap('owner'))
    const child = cluster.api.create(configMap('child', {}, ownedBy(owner)))
    cluster.api.create(configMap('grandchild', {}, ownedBy(child)))
    cluster.api.create(configMap('stranger'))
    cluster.api.remove(kinds.configMaps, at('owner'))
    await settle()
    assert.deepEqual(
      ['child', 'grandchild', 'stranger'].map((name) => exists(cluster, name)),
      [false, false, true],
    )
  })

  test('leaves an object that has another owner, without the one that is gone', async () => {
    using cluster = testCluster()
    const [one, two] = [cluster.api.create(configMap('one')), cluster.api.create(configMap('two'))]
    const references = [one, two].flatMap((owner) => ownedBy(owner)['ownerReferences'] ?? [])
    cluster.api.create(configMap('child', {}, { ownerReferences: references }))
    cluster.api.remove(kinds.configMaps, at('one'))
    await settle()
    const left = objectField(cluster.api.get(kinds.configMaps, at('child')), 'metadata')['ownerReferences']
    assert.partialDeepStrictEqual(left, [{ name: 'two' }])
    assert.equal(Array.isArray(left) && left.length, 1)
  })

  test('in the foreground keeps the owner until what blocks it is gone', async () => {
    using cluster = testCluster()
    const owner = cluster.api.create(configMap('owner'))
    const held = { ...ownedBy(owner, { blockOwnerDeletion: true }), finalizers: ['example.com/x'] }
    cluster.api.create(configMap('child', {}, held))
    cluster.api.remove(kinds.configMaps, at('owner'), { propagation: 'Foreground' })
    await settle()
    assert.ok(exists(cluster, 'owner'))
    assert.ok(objectField(cluster.api.get(kinds.configMaps, at('child')), 'metadata')['deletionTimestamp'])
    cluster.api.patch(kinds.configMaps, at('child'), {
      type: 'merge',
      patch: { metadata: { finalizers: null } },
    })
    await settle()
    assert.deepEqual(
      ['owner', 'child'].map((name) => exists(cluster, name)),
      [false, false],
    )
  })

  test('leaves orphans alone when that is asked for', async () => {
    using cluster = testCluster()
    const owner = cluster.api.create(configMap('owner'))
    cluster.api.create(configMap('child', {}, ownedBy(owner)))
    cluster.api.remove(kinds.configMaps, at('owner'), { propagation: 'Orphan' })
    await settle()
    assert.ok(!exists(cluster, 'owner'))
    const child = cluster.api.get(kinds.configMaps, at('child'))
    assert.equal(objectField(child, 'metadata')['ownerReferences'], undefined)
  })
})

describe('a namespace', () => {
  const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })

  test('has a default service account, its phase and its label', async () => {
    using cluster = testCluster()
    const made = cluster.api.create(namespace('team'))
    await settle()
    assert.ok(cluster.api.find(kinds.accounts, at('default', 'team')))
    assert.deepEqual(made['status'], { phase: 'Active' })
    assert.deepEqual(objectField(made, 'metadata')['labels'], { 'kubernetes.io/metadata.name': 'team' })
  })

  test('takes its content with it', async () => {
    using cluster = testCluster()
    cluster.api.create(namespace('team'))
    cluster.api.create(configMap('a', {}, { namespace: 'team' }))
    cluster.api.create(pod('b', {}, { namespace: 'team' }))
    assert.equal(cluster.api.remove(kinds.namespaces, at('team', '')).gone, false)
    await settle()
    assert.equal(cluster.api.find(kinds.namespaces, at('team', '')), undefined)
    assert.equal(cluster.api.find(kinds.pods, at('b', 'team')), undefined)
  })

  test('takes nothing new while it goes, and waits for what is held', async () => {
    using cluster = testCluster()
    cluster.api.create(namespace('team'))
    cluster.api.create(pod('bound', { nodeName: 'n1' }, { namespace: 'team' }))
    cluster.api.remove(kinds.namespaces, at('team', ''))
    assert.throws(() => cluster.api.create(configMap('late', {}, { namespace: 'team' })), {
      code: 403,
      message:
        'configmaps "late" is forbidden: unable to create new content in namespace team because it is being terminated',
    })
    await settle()
    const waiting = cluster.api.get(kinds.namespaces, at('team', ''))
    assert.equal(stringField(objectField(waiting, 'status'), 'phase'), 'Terminating')
    cluster.api.remove(kinds.pods, at('bound', 'team'), { gracePeriodSeconds: 0 })
    await settle()
    assert.equal(cluster.api.find(kinds.namespaces, at('team', '')), undefined)
  })
})

describe('a custom resource definition', () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', kind: 'Thing', shortNames: ['th'] },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } },
            },
          },
        },
        {
          name: 'v1beta1',
          served: true,
          storage: false,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  }
  const things = { group: 'example.com', version: 'v1', plural: 'things' }
  const thing = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' }, spec: { size: 1 } }

  test('serves its resource at once, in all its versions', () => {
    using cluster = testCluster()
    const made = cluster.api.create(definition)
    assert.match(JSON.stringify(made['status']), /"type":"Established","status":"True"/)
    cluster.api.create(thing)
    const old = cluster.api.get({ ...things, version: 'v1beta1' }, at('a'))
    assert.partialDeepStrictEqual(old, { apiVersion: 'example.com/v1beta1', spec: { size: 1 } })
  })

  test('is refused a name that another resource of the group has', () => {
    using cluster = testCluster()
    cluster.api.create(definition)
    const names = { plural: 'others', kind: 'Thing' }
    const other = cluster.api.create({
      ...definition,
      metadata: { name: 'others.example.com' },
      spec: { ...definition.spec, names },
    })
    assert.match(JSON.stringify(other['status']), /"type":"NamesAccepted","status":"False"/)
    assert.throws(() => cluster.api.list({ ...things, plural: 'others' }), { code: 404 })
  })

  test('takes its objects with it, and then serves no more', async () => {
    using cluster = testCluster()
    cluster.api.create(definition)
    cluster.api.create(thing)
    cluster.api.remove(kinds.definitions, at('things.example.com', ''))
    await settle()
    assert.equal(cluster.api.find(kinds.definitions, at('things.example.com', '')), undefined)
    assert.throws(() => cluster.api.list(things), {
      code: 404,
      message: 'the server could not find the requested resource',
    })
    cluster.api.create(definition)
    assert.deepEqual(cluster.api.list(things).items, [])
  })
})

describe('events', () => {
  test('are forgotten after an hour', () => {
    using cluster = testCluster()
    const event = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'a' },
    })
    cluster.api.create(event('old'))
    cluster.pass(3000)
    cluster.api.create(event('new'))
    cluster.pass(700)
    expireEvents(cluster.cluster)
    assert.deepEqual(
      cluster.api.list(kinds.events).items.map((one) => objectField(one, 'metadata')['name']),
      ['new'],
    )
  })
})
