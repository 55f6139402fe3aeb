// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseResourcePath } from './request-info.ts'

const core = { group: '', version: 'v1' }

const cases = [
  ['/api/v1/pods', { ...core, namespace: '', plural: 'pods' }],
  ['/api/v1/namespaces/ns/pods', { ...core, namespace: 'ns', plural: 'pods' }],
  ['/api/v1/namespaces/ns/pods/a', { ...core, namespace: 'ns', plural: 'pods', name: 'a' }],
  [
    '/api/v1/namespaces/ns/pods/a/log',
    { ...core, namespace: 'ns', plural: 'pods', name: 'a', subresource: 'log' },
  ],
  ['/api/v1/namespaces', { ...core, namespace: '', plural: 'namespaces' }],
  ['/api/v1/namespaces/ns', { ...core, namespace: '', plural: 'namespaces', name: 'ns' }],
  [
    '/api/v1/namespaces/ns/finalize',
    { ...core, namespace: '', plural: 'namespaces', name: 'ns', subresource: 'finalize' },
  ],
  [
    '/apis/apps/v1/namespaces/ns/deployments/a/scale',
    { group: 'apps', version: 'v1', namespace: 'ns', plural: 'deployments', name: 'a', subresource: 'scale' },
  ],
  [
    '/apis/rbac.authorization.k8s.io/v1/clusterroles/a',
    { group: 'rbac.authorization.k8s.io', version: 'v1', namespace: '', plural: 'clusterroles', name: 'a' },
  ],
  ['/api/v1', undefined],
  ['/apis/apps/v1', undefined],
  ['/version', undefined],
  ['/api/v1/namespaces/ns/pods/a/log/more', undefined],
] as const

describe('the path of a resource', () => {
  for (const [path, expected] of cases) {
    test(path, () =>
      assert.deepEqual(parseResourcePath(path.split('/').filter((part) => part !== '')), expected),
    )
  }
})
