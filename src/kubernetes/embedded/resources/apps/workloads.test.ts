// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../../base/index.ts'
import { objectField } from '../../../resources/fields.ts'
import { testCluster } from '../../test-cluster.ts'

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'b' }] } }

const workload = (kind: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec: { selector: { matchLabels: labels }, template, ...spec },
})

function created(kind: string, spec: JsonObject = {}): JsonObject {
  using cluster = testCluster()
  return objectField(cluster.api.create(workload(kind, spec)), 'spec')
}

const refused = (spec: JsonObject, message: RegExp) =>
  assert.throws(() => created('Deployment', spec), { code: 422, message })

describe('a workload', () => {
  test('has the defaults of its kind', () => {
    assert.partialDeepStrictEqual(created('Deployment'), {
      replicas: 1,
      revisionHistoryLimit: 10,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { spec: { restartPolicy: 'Always' } },
    })
    assert.partialDeepStrictEqual(created('DaemonSet'), {
      updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    })
    assert.partialDeepStrictEqual(created('StatefulSet'), {
      podManagementPolicy: 'OrderedReady',
      replicas: 1,
    })
    assert.partialDeepStrictEqual(created('ReplicaSet'), { replicas: 1 })
  })

  test('keeps a number of replicas that is zero', () => {
    assert.equal(created('Deployment', { replicas: 0 })['replicas'], 0)
  })

  test('does not give its template what admission gives to pods', () => {
    const { spec } = objectField(created('Deployment'), 'template')
    assert.equal(JSON.stringify(spec).includes('tolerations'), false)
  })

  test('is refused when its selector does not fit its template', () => {
    refused({ selector: { matchLabels: { app: 'db' } } }, /`selector` does not match template `labels`/)
    refused({ selector: {} }, /spec.selector: Required value/)
  })

  test('is refused with a template that would be refused as a pod', () => {
    refused(
      { template: { metadata: { labels }, spec: { containers: [] } } },
      /spec.template.spec.containers: Required value/,
    )
    refused(
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      /Unsupported value: "Never": supported values: "Always"/,
    )
  })

  test('does not let its selector change', () => {
    using cluster = testCluster()
    cluster.api.create(workload('Deployment'))
    const other = { app: 'web', tier: 'front' }
    const changed = workload('Deployment', {
      selector: { matchLabels: other },
      template: { ...template, metadata: { labels: other } },
    })
    assert.throws(() => cluster.api.update(changed), {
      code: 422,
      message: /spec.selector: Invalid value: .*: field is immutable/,
    })
  })
})
