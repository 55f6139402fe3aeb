// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { injectCniArgs, injectDeviceId } from './inject.ts'

const id = '0000:00:00.1'

describe('injectDeviceId()', () => {
  test('sets both keys of a plugin, over what is there (DLG-5)', () => {
    assert.deepEqual(injectDeviceId({ type: 'sriov', deviceID: 'old', vlan: 3 }, id), {
      type: 'sriov',
      vlan: 3,
      deviceID: id,
      pciBusID: id,
    })
  })

  test('sets them in every plugin of a list and leaves the rest as it is', () => {
    const list = { name: 'l', plugins: [{ type: 'sriov', ipam: { type: 'x', a: 1 } }, { type: 'tuning' }] }
    assert.deepEqual(injectDeviceId(list, id), {
      name: 'l',
      plugins: [
        { type: 'sriov', ipam: { type: 'x', a: 1 }, deviceID: id, pciBusID: id },
        { type: 'tuning', deviceID: id, pciBusID: id },
      ],
    })
  })

  test("refuses lists that are none in upstream's words (DLG-7)", () => {
    const text = 'LoadDelegateNetConf: failed to add deviceID in NetConfList bytes: '
    assert.throws(() => injectDeviceId({ name: 'l' }, id), { message: `${text}unable to get plugin list` })
    assert.throws(() => injectDeviceId({ plugins: 'x' }, id), {
      message: `${text}unable to typecast plugin list`,
    })
    assert.throws(() => injectDeviceId({ plugins: [{}, 1] }, id), {
      message: `${text}unable to typecast plugin #1`,
    })
  })
})

describe('injectCniArgs()', () => {
  test('makes args.cni where there is none (DLG-6)', () => {
    assert.deepEqual(injectCniArgs({ type: 'a' }, { x: 1 }), { type: 'a', args: { cni: { x: 1 } } })
  })

  test('merges into args.cni, the pod winning, other keys kept', () => {
    const config = { type: 'a', args: { other: true, cni: { x: 0, y: 2 } } }
    assert.deepEqual(injectCniArgs(config, { x: 1 }), {
      type: 'a',
      args: { other: true, cni: { x: 1, y: 2 } },
    })
  })

  test('does so in every plugin of a list', () => {
    const list = { plugins: [{ type: 'a' }, { type: 'b', args: { cni: { x: 0 } } }] }
    assert.deepEqual(injectCniArgs(list, { x: 1 }), {
      plugins: [
        { type: 'a', args: { cni: { x: 1 } } },
        { type: 'b', args: { cni: { x: 1 } } },
      ],
    })
  })

  test('refuses args that are no object, which upstream does not survive (BUG-15)', () => {
    for (const args of ['x', [], { cni: 'x' }, { cni: [] }]) {
      assert.throws(() => injectCniArgs({ type: 'a', args }, { x: 1 }), {
        id: 'multus/nad-invalid',
        message:
          /^LoadDelegateNetConf\(\): failed to add cni-args in NetConf bytes: "(args|cni)" is not an object$/,
      })
    }
  })
})
