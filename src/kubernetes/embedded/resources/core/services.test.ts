// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../../base/index.ts'
import { objectField } from '../../../resources/fields.ts'
import { at, kinds, testCluster } from '../../test-cluster.ts'

const service = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec,
})
const ports = [{ port: 80 }]

describe('a service', () => {
  test('gets an address that no other has, and the defaults of its type', () => {
    using cluster = testCluster()
    const specs = ['a', 'b'].map((name) => objectField(cluster.api.create(service(name, { ports })), 'spec'))
    assert.deepEqual(
      specs.map((spec) => spec['clusterIP']),
      ['10.96.0.2', '10.96.0.3'],
    )
    assert.partialDeepStrictEqual(specs[0], {
      type: 'ClusterIP',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    })
  })

  test('keeps its address when a change does not speak of it', () => {
    using cluster = testCluster()
    cluster.api.create(service('a', { ports }))
    const changed = cluster.api.update(service('a', { ports: [{ port: 81 }] }))
    assert.equal(objectField(changed, 'spec')['clusterIP'], '10.96.0.2')
  })

  test('gets a port of the nodes when its type wants one', () => {
    using cluster = testCluster()
    const made = cluster.api.create(service('a', { type: 'NodePort', ports }))
    assert.partialDeepStrictEqual(made['spec'], {
      ports: [{ nodePort: 30_000 }],
      externalTrafficPolicy: 'Cluster',
    })
  })

  test('can do without an address', () => {
    using cluster = testCluster()
    const headless = cluster.api.create(service('a', { clusterIP: 'None' }))
    assert.equal(objectField(headless, 'spec')['clusterIP'], 'None')
    const external = cluster.api.create(service('b', { type: 'ExternalName', externalName: 'example.com' }))
    assert.equal(objectField(external, 'spec')['clusterIP'], undefined)
  })

  test('is refused without ports, with nameless ones, or of an unknown type', () => {
    using cluster = testCluster()
    const refused = (spec: JsonObject, message: RegExp) =>
      assert.throws(() => cluster.api.create(service('a', spec)), { code: 422, message })
    refused({}, /spec.ports: Required value/)
    refused({ ports: [{ port: 1 }, { port: 2 }] }, /spec.ports\[0\].name: Required value/)
    refused({ type: 'Magic', ports }, /spec.type: Unsupported value: "Magic"/)
    refused({ ports: [{ port: 0 }] }, /spec.ports\[0\].port: Invalid value: 0: must be between 1 and 65535/)
    assert.equal(cluster.api.find(kinds.services, at('a')), undefined)
  })
})
