// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findNameClash, interfaceNames } from './interface-names.ts'

const place = (master: boolean, interfaceName?: string) => ({
  master,
  request: interfaceName === undefined ? {} : { interfaceName },
})

test("interfaceNames() gives the runtime's name to the default network and numbers the others by place (IF-1)", () => {
  assert.deepEqual(interfaceNames([place(true), place(false), place(false)], 'eth0'), [
    'eth0',
    'net1',
    'net2',
  ])
})

test('interfaceNames() does not shift the numbers of the others for a requested name (IF-1)', () => {
  const places = [place(true), place(false, 'macvlan1'), place(false)]
  assert.deepEqual(interfaceNames(places, 'eth0'), ['eth0', 'macvlan1', 'net2'])
})

test('interfaceNames() lets the default network be renamed (DN-5)', () => {
  assert.deepEqual(interfaceNames([place(true, 'uplink'), place(false)], 'eth0'), ['uplink', 'net1'])
})

test('findNameClash() finds the first two places of one name, requested or counted', () => {
  assert.equal(findNameClash(['eth0', 'net1', 'net2']), undefined)
  assert.deepEqual(findNameClash(['eth0', 'net2', 'net2']), [1, 2])
  assert.deepEqual(findNameClash(['eth0', 'a', 'eth0', 'a']), [0, 2])
})
