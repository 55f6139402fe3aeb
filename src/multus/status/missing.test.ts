// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { pods } from '../../kubernetes/index.ts'
import { networksAnnotation } from '../networks/networks.ts'
import { statusAnnotation } from './annotation.ts'
import { missingAttachments } from './missing.ts'

function missing(networks: string, attached: readonly string[] | string = [], more: JsonObject = {}): number {
  const status =
    typeof attached === 'string'
      ? attached
      : JSON.stringify(attached.map((name) => ({ name, interface: 'x' })))
  const annotations = { [networksAnnotation]: networks, [statusAnnotation]: status }
  return missingAttachments([
    pods.parse({ metadata: { name: 'web', namespace: 'default', annotations }, ...more }),
  ])
}

describe('missingAttachments()', () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ['a pod that has all its networks', missing('lan,other/wan', ['default/lan', 'other/wan']), 0],
    ['a pod that has none yet', missing('lan,wan'), 2],
    ['a pod that has one of a network twice', missing('lan,lan', ['cbr0', 'default/lan']), 1],
    ['a pod whose annotation cannot be read', missing('[{"name": 5}]'), 1],
    ['a pod whose status cannot be read', missing('lan', 'nonsense'), 1],
    ['a pod that has ended', missing('lan', [], { status: { phase: 'Succeeded' } }), 0],
    ['a pod in the network of the node', missing('lan', [], { spec: { hostNetwork: true } }), 0],
  ]
  for (const [what, found, expected] of cases) {
    test(`says that ${what} misses ${expected}`, () => assert.equal(found, expected))
  }
})
