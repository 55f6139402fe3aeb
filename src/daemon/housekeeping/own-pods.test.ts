// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePod } from '../../kubernetes/index.ts'
import { OwnPods } from './own-pods.ts'

const pods = ['n1', 'n2', undefined].map((nodeName) =>
  parsePod({ metadata: { name: `on-${nodeName}` }, spec: { ...(nodeName && { nodeName }) } }),
)
const informer = { hasSynced: true, list: () => pods }

function namesOf(own: OwnPods): readonly string[] | undefined {
  return own.list()?.map(({ metadata }) => metadata.name)
}

describe('OwnPods', () => {
  test('are those that the API has on this node', () => {
    assert.deepEqual(namesOf(new OwnPods(informer, 'n1')), ['on-n1'])
  })

  test('are not known before the first list', () => {
    const own = new OwnPods({ ...informer, hasSynced: false }, 'n1')
    assert.deepEqual([own.list(), own.followed()], [undefined, undefined])
  })

  test('are not known until somebody finds out which node this is, and then for good', () => {
    const own = new OwnPods(informer, undefined)
    assert.deepEqual([own.list(), own.isNodeKnown, own.followed()?.length], [undefined, false, 3])
    for (const name of [undefined, 'n2', 'n1']) own.learnNodeName(name)
    assert.deepEqual([namesOf(own), own.isNodeKnown], [['on-n2'], true])
  })
})
