// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { objectField, stringField } from '../resources/fields.ts'
import { withValue } from './json/edit.ts'
import { at, configMap, kinds, pod, testCluster } from './test-cluster.ts'

const versionOf = (object: JsonObject) => stringField(objectField(object, 'metadata'), 'resourceVersion')

describe('creating an object', () => {
  test('gives it uid, version, time and namespace', () => {
    using cluster = testCluster()
    const metadata = objectField(cluster.api.create(configMap('a')), 'metadata')
    assert.match(stringField(metadata, 'uid') ?? '', /^[0-9a-f-]{36}$/)
    assert.partialDeepStrictEqual(metadata, {
      name: 'a',
      namespace: 'default',
      creationTimestamp: '2026-01-01T00:00:00Z',
    })
  })

  test('makes a name from generateName', () => {
    using cluster = testCluster()
    const object = cluster.api.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: 'a-' },
    })
    assert.match(stringField(objectField(object, 'metadata'), 'name') ?? '', /^a-[a-z0-9]{5}$/)
  })

  test('drops what only the server says', () => {
    using cluster = testCluster()
    const metadata = { uid: 'mine', creationTimestamp: '2000-01-01T00:00:00Z', generation: 9, selfLink: '/x' }
    const created = objectField(cluster.api.create(configMap('a', {}, metadata)), 'metadata')
    assert.notEqual(created['uid'], 'mine')
    assert.deepEqual([created['generation'], created['selfLink']], [undefined, undefined])
  })

  test('is refused when the name is taken, missing or none', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a'))
    assert.throws(() => cluster.api.create(configMap('a')), {
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "a" already exists',
    })
    assert.throws(() => cluster.api.create(configMap('')), {
      code: 422,
      message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    })
    assert.throws(() => cluster.api.create(configMap('A_b')), {
      code: 422,
      message: /a lowercase RFC 1123 subdomain must consist of/,
    })
  })

  test('is refused in a namespace that is not there', () => {
    using cluster = testCluster()
    assert.throws(() => cluster.api.create(configMap('a', {}, { namespace: 'nowhere' })), {
      code: 404,
      message: 'namespaces "nowhere" not found',
    })
  })

  test('is refused with a field that the kind does not have', () => {
    using cluster = testCluster()
    assert.throws(() => cluster.api.create({ ...configMap('a'), dat: {} }), {
      code: 400,
      message:
        'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"',
    })
  })

  test('is refused for a kind that is not served', () => {
    using cluster = testCluster()
    assert.throws(
      () => cluster.api.create({ apiVersion: 'v9', kind: 'Thing' }),
      /no matches for kind "Thing" in version "v9"/,
    )
  })
})

describe('changing an object', () => {
  test('from an older version is refused, and leaves it as it was', () => {
    using cluster = testCluster()
    const first = cluster.api.create(configMap('a', { k: '1' }))
    cluster.api.update(withValue(first, ['data', 'k'], '2'))
    assert.throws(() => cluster.api.update(withValue(first, ['data', 'k'], '3')), {
      code: 409,
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    })
    assert.deepEqual(cluster.api.get(kinds.configMaps, at('a'))['data'], { k: '2' })
  })

  test('that changes nothing is no change', () => {
    using cluster = testCluster()
    const first = cluster.api.create(configMap('a', { k: '1' }))
    assert.equal(versionOf(cluster.api.update(first)), versionOf(first))
    assert.equal(cluster.api.resourceVersion, versionOf(first))
  })

  test('of another uid is refused', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a'))
    assert.throws(() => cluster.api.update(configMap('a', {}, { uid: 'other' })), {
      code: 409,
      message: /UID in precondition: other/,
    })
  })

  test('counts generations when more than metadata and status changes', () => {
    using cluster = testCluster()
    const nad = {
      apiVersion: 'k8s.cni.cncf.io/v1',
      kind: 'NetworkAttachmentDefinition',
      metadata: { name: 'lan' },
    }
    const first = cluster.api.create({ ...nad, spec: { config: '{}' } })
    const labelled = cluster.api.update(withValue(first, ['metadata', 'labels'], { a: 'b' }))
    const changed = cluster.api.update(withValue(labelled, ['spec', 'config'], '{"a":1}'))
    assert.deepEqual(
      [first, labelled, changed].map((one) => objectField(one, 'metadata')['generation']),
      [1, 1, 2],
    )
  })

  test('of a custom resource needs its version', () => {
    using cluster = testCluster()
    const nad = {
      apiVersion: 'k8s.cni.cncf.io/v1',
      kind: 'NetworkAttachmentDefinition',
      metadata: { name: 'lan' },
    }
    cluster.api.create(nad)
    assert.throws(() => cluster.api.update(nad), {
      code: 422,
      message: /metadata.resourceVersion: Invalid value: 0x0: must be specified for an update/,
    })
  })

  test('keeps status and spec apart', () => {
    using cluster = testCluster()
    const first = cluster.api.create(pod('a'))
    const touched = cluster.api.update(withValue(first, ['status', 'phase'], 'Running'))
    assert.equal(objectField(touched, 'status')['phase'], 'Pending')
    const status = withValue(withValue(first, ['status', 'phase'], 'Running'), ['spec', 'nodeName'], 'n1')
    const told = cluster.api.updateStatus(status)
    assert.equal(objectField(told, 'status')['phase'], 'Running')
    assert.equal(objectField(told, 'spec')['nodeName'], undefined)
  })

  test('takes annotations along with the status of a built-in kind', () => {
    using cluster = testCluster()
    const first = cluster.api.create(pod('a'))
    const told = cluster.api.updateStatus(
      withValue(first, ['metadata', 'annotations'], { 'k8s.v1.cni.cncf.io/network-status': '[]' }),
    )
    assert.deepEqual(objectField(told, 'metadata')['annotations'], {
      'k8s.v1.cni.cncf.io/network-status': '[]',
    })
  })

  test('does not let the containers of a pod change, but their images', () => {
    using cluster = testCluster()
    const first = cluster.api.create(pod('a'))
    const image = cluster.api.patch(kinds.pods, at('a'), {
      type: 'strategic',
      patch: { spec: { containers: [{ name: 'main', image: 'busybox:2' }] } },
    })
    assert.match(JSON.stringify(image), /busybox:2/)
    assert.throws(() => cluster.api.update(withValue(first, ['spec', 'hostname'], 'h')), { code: 409 })
    assert.throws(() => cluster.api.update(withValue(image, ['spec', 'hostname'], 'h')), {
      code: 422,
      message: /pod updates may not change fields other than/,
    })
  })
})

describe('patching and applying', () => {
  test('records who owns what', () => {
    using cluster = testCluster()
    cluster.api.as('one').apply(configMap('a', { k: '1' }))
    const patched = cluster.api
      .as('two')
      .patch(kinds.configMaps, at('a'), { type: 'merge', patch: { data: { l: '2' } } })
    const entries = objectField(patched, 'metadata')['managedFields']
    assert.partialDeepStrictEqual(entries, [
      { manager: 'one', operation: 'Apply', fieldsV1: { 'f:data': { 'f:k': {} } } },
      { manager: 'two', operation: 'Update', fieldsV1: { 'f:data': { 'f:l': {} } } },
    ])
  })

  test('applies again without a change, and then writes nothing', () => {
    using cluster = testCluster()
    const first = cluster.api.apply(pod('a'))
    cluster.pass(60)
    assert.equal(versionOf(cluster.api.apply(pod('a'))), versionOf(first))
  })

  test('refuses to apply a field that the type does not have', () => {
    using cluster = testCluster()
    assert.throws(
      () => cluster.api.apply({ ...configMap('a'), dat: {} }),
      /failed to create typed patch object \(default\/a; v1, Kind=ConfigMap\): \.dat: field not declared in schema/,
    )
  })

  test('refuses a strategic patch of a custom resource', () => {
    using cluster = testCluster()
    assert.throws(() => cluster.api.patch(kinds.nads, at('a'), { type: 'strategic', patch: {} }), {
      code: 415,
    })
  })
})

describe('deleting an object', () => {
  test('removes it', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a'))
    assert.equal(cluster.api.remove(kinds.configMaps, at('a')).gone, true)
    assert.equal(cluster.api.find(kinds.configMaps, at('a')), undefined)
    assert.throws(() => cluster.api.remove(kinds.configMaps, at('a')), {
      code: 404,
      message: 'configmaps "a" not found',
    })
  })

  test('waits for finalizers, and ends with the last of them', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a', {}, { finalizers: ['example.com/x'] }))
    assert.equal(cluster.api.remove(kinds.configMaps, at('a')).gone, false)
    const held = cluster.api.get(kinds.configMaps, at('a'))
    assert.equal(objectField(held, 'metadata')['deletionTimestamp'], '2026-01-01T00:00:00Z')
    const more = withValue(held, ['metadata', 'finalizers'], ['example.com/x', 'example.com/y'])
    assert.throws(() => cluster.api.update(more), {
      code: 422,
      message: /no new finalizers can be added if the object is being deleted/,
    })
    cluster.api.update(withValue(held, ['metadata', 'finalizers'], []))
    assert.equal(cluster.api.find(kinds.configMaps, at('a')), undefined)
  })

  test('gives a pod on a node its grace period, and a pod on none goes at once', () => {
    using cluster = testCluster()
    cluster.api.create(pod('bound', { nodeName: 'n1', terminationGracePeriodSeconds: 20 }))
    cluster.api.create(pod('free'))
    assert.equal(cluster.api.remove(kinds.pods, at('free')).gone, true)
    const { object, gone } = cluster.api.remove(kinds.pods, at('bound'))
    assert.equal(gone, false)
    assert.partialDeepStrictEqual(object['metadata'], {
      deletionGracePeriodSeconds: 20,
      deletionTimestamp: '2026-01-01T00:00:20Z',
    })
    assert.equal(cluster.api.remove(kinds.pods, at('bound'), { gracePeriodSeconds: 5 }).gone, false)
    assert.equal(cluster.api.remove(kinds.pods, at('bound'), { gracePeriodSeconds: 0 }).gone, true)
  })

  test('keeps to its preconditions', () => {
    using cluster = testCluster()
    const object = cluster.api.create(configMap('a'))
    assert.throws(() => cluster.api.remove(kinds.configMaps, at('a'), { uid: 'x' }), {
      code: 409,
      message: /UID in precondition: x/,
    })
    assert.throws(() => cluster.api.remove(kinds.configMaps, at('a'), { resourceVersion: '1' }), {
      code: 409,
    })
    const version = versionOf(object)
    assert.equal(cluster.api.remove(kinds.configMaps, at('a'), { resourceVersion: version }).gone, true)
  })

  test('leaves everything as it is in a dry run', () => {
    using cluster = testCluster()
    cluster.api.create(configMap('a'))
    cluster.api.remove(kinds.configMaps, at('a'), { dryRun: true })
    assert.ok(cluster.api.find(kinds.configMaps, at('a')))
  })
})

describe('binding a pod', () => {
  test('gives it to a node, once', () => {
    using cluster = testCluster()
    cluster.api.create(pod('a'))
    const bound = cluster.api.bind(at('a'), 'n1')
    assert.equal(objectField(bound, 'spec')['nodeName'], 'n1')
    assert.throws(() => cluster.api.bind(at('a'), 'n2'), {
      code: 409,
      message: /pod a is already assigned to node "n1"/,
    })
  })
})
