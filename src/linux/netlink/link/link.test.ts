// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readFixture } from '../fixtures/read-fixture.ts'
import { readLink } from './link.ts'
import type { Link } from './link.ts'

function read(name: string): Link {
  const { body } = readFixture(name)
  return readLink(body, 0, body.length)
}

describe('readLink()', () => {
  test('describes a macvlan', () => {
    assert.deepEqual(read('macvlan-show'), {
      index: 4,
      name: 'v0',
      mtu: 1500,
      up: false,
      flags: 4098,
      operState: 'down',
      group: 0,
      promiscuity: 0,
      txQueueLength: 1000,
      altNames: [],
      mac: '02:00:00:00:00:03',
      link: 3,
      kind: 'macvlan',
      info: { kind: 'macvlan', mode: 'private', bcQueueLength: 1000 },
    })
  })

  test('describes a veth and its peer', () => {
    const { kind, info, link, linkNetnsId } = read('veth-show')
    assert.deepEqual(
      { kind, info, link, linkNetnsId },
      { kind: 'veth', info: { kind: 'veth' }, link: 2, linkNetnsId: undefined },
    )
  })

  test('describes a bridge', () => {
    // The kernel of the capture has no VLAN filtering, hence no default VLAN.
    assert.deepEqual(read('bridge-show').info, { kind: 'bridge', vlanFiltering: false, stp: true })
  })

  test('describes the port of a bridge', () => {
    const { master, port, info } = read('bridge-port-show')
    assert.deepEqual(
      { master, port, info },
      { master: 4, port: { kind: 'bridge', hairpin: true, isolated: true }, info: { kind: 'veth' } },
    )
  })

  test('keeps the data of a kind that it does not know', () => {
    const { kind, info } = read('vxlan-show')
    assert.equal(kind, 'vxlan')
    assert.ok(info?.kind === 'other')
    assert.equal(info.data.subarray(0, 8).toString('hex'), '080001002a000000', 'IFLA_VXLAN_ID 42')
  })

  test('gives alias, group and alternative names', () => {
    const { alias, group, altNames } = read('link-names')
    assert.deepEqual(
      { alias, group, altNames },
      { alias: 'note', group: 7, altNames: ['a-second-name-that-is-long', 'third'] },
    )
  })
})
