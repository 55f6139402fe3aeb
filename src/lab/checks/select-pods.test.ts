// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fakeWorld } from './fake-world.ts'
import { isMeant, netnsOf, selectPods } from './select-pods.ts'

const pod = { namespace: 'default', name: 'busybox-5f4cf-r7xjx' }

describe('isMeant()', () => {
  it('matches names with *, in namespace default unless another one is given', () => {
    assert.equal(isMeant(pod, 'busybox-*'), true)
    assert.equal(isMeant(pod, 'busybox'), false)
    assert.equal(isMeant(pod, '*'), true)
    assert.equal(isMeant(pod, 'other/busybox-*'), false)
    assert.equal(isMeant({ ...pod, namespace: 'other' }, 'other/busybox-*'), true)
  })
})

describe('selectPods()', () => {
  it('fails when no pod is meant, because an expectation about nothing would always hold', async () => {
    const world = fakeWorld({ pods: [{ name: 'a' }, { name: 'b', namespace: 'x' }] })
    await assert.rejects(selectPods(world, 'c-*'), /no pod is called c-\* \(there is default\/a, x\/b\)/)
    await assert.rejects(selectPods(fakeWorld({}), '*'), /there is none/)
  })
})

describe('netnsOf()', () => {
  it('fails for a pod that has no sandbox', async () => {
    const [found] = await selectPods(fakeWorld({ pods: [{ netns: undefined }] }), '*')
    assert.ok(found)
    assert.throws(() => netnsOf(found), /pod default\/a has no sandbox/)
  })
})
