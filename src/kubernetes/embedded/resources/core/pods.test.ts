// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../../base/index.ts'
import { objectField, objectsField } from '../../../resources/fields.ts'
import { pod, testCluster } from '../../test-cluster.ts'

function created(spec: JsonObject): JsonObject {
  using cluster = testCluster()
  return cluster.api.create(pod('a', spec))
}

const specOf = (spec: JsonObject) => objectField(created(spec), 'spec')
const refused = (spec: JsonObject, message: RegExp) =>
  assert.throws(() => created(spec), { code: 422, message })
const container = { name: 'main', image: 'busybox:1' }

describe('a new pod', () => {
  test('is pending, with the quality of service that its resources give it', () => {
    const withResources = (resources: JsonObject) =>
      objectField(created({ containers: [{ ...container, resources }] }), 'status')
    assert.deepEqual(withResources({}), { phase: 'Pending', qosClass: 'BestEffort' })
    assert.equal(withResources({ requests: { cpu: '1' } })['qosClass'], 'Burstable')
    assert.equal(withResources({ limits: { cpu: '1', memory: '1Gi' } })['qosClass'], 'Guaranteed')
  })

  test('has the defaults of the real server', () => {
    assert.partialDeepStrictEqual(specOf({}), {
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      serviceAccountName: 'default',
      enableServiceLinks: true,
      tolerations: [{ key: 'node.kubernetes.io/not-ready' }, { key: 'node.kubernetes.io/unreachable' }],
    })
  })

  test('pulls an image each time only when its tag can move', () => {
    const policy = (image: string) =>
      objectsField(specOf({ containers: [{ name: 'a', image }] }), 'containers')[0]?.['imagePullPolicy']
    assert.deepEqual(
      ['busybox', 'busybox:latest', 'busybox:1', 'registry:5000/busybox', 'busybox@sha256:0'].map(policy),
      ['Always', 'Always', 'IfNotPresent', 'Always', 'IfNotPresent'],
    )
  })

  test('has the ports of its containers on the host when it shares the network of the host', () => {
    const ports = [{ containerPort: 80 }]
    const [first] = objectsField(
      specOf({ hostNetwork: true, containers: [{ ...container, ports }] }),
      'containers',
    )
    assert.deepEqual(first?.['ports'], [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }])
  })

  test('keeps what it says itself', () => {
    assert.partialDeepStrictEqual(specOf({ restartPolicy: 'Never', terminationGracePeriodSeconds: 0 }), {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
    })
  })

  test('is refused without containers, images or names', () => {
    refused({ containers: [] }, /spec.containers: Required value/)
    refused({ containers: [{ name: 'a' }] }, /spec.containers\[0\].image: Required value/)
    refused({ containers: [container, container] }, /spec.containers\[1\].name: Duplicate value: "main"/)
  })

  test('is refused with values outside their sets', () => {
    refused(
      { restartPolicy: 'Sometimes' },
      /spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"/,
    )
    refused(
      { containers: [{ ...container, ports: [{ containerPort: 70_000 }] }] },
      /containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive/,
    )
  })

  test('is refused with a mount of a volume that it does not have', () => {
    const volumeMounts = [{ name: 'v', mountPath: '/v' }]
    refused(
      { containers: [{ ...container, volumeMounts }] },
      /spec.containers\[0\].volumeMounts\[0\].name: Not found: "v"/,
    )
  })

  test('is refused with a service account that does not exist', () => {
    assert.throws(() => created({ serviceAccountName: 'ghost' }), {
      code: 403,
      message:
        'pods "a" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found',
    })
  })
})
