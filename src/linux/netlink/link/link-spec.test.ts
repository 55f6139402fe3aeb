// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readFixture } from '../fixtures/read-fixture.ts'
import { ByteWriter } from '../codec/byte-writer.ts'
import { IFF_ALLMULTI, IFF_UP } from '../constants/link.ts'
import { bridgeData } from './kinds/bridge.ts'
import { decodePayload } from './kinds/link-kind.ts'
import { macvlanData } from './kinds/macvlan.ts'
import { encodeChanges } from './link-changes.ts'
import { linkMessage } from './link-message.ts'
import type { LinkMessage } from './link-message.ts'
import { encodeCreate } from './link-spec.ts'
import type { LinkSpec } from './link-spec.ts'

function bodyOf({ body }: { body: (out: ByteWriter) => void }): LinkMessage {
  const out = new ByteWriter()
  body(out)
  return decode(out.finish())
}

function decode(bytes: Buffer): LinkMessage {
  return linkMessage.read(bytes, 0, bytes.length)
}

describe('creating a link asks for what ip(8) asks for', () => {
  const noBytes = Buffer.alloc(0)
  const [mac, peerMac] = ['02:00:00:00:00:01', '02:00:00:00:00:02']

  test('veth', () => {
    const spec: LinkSpec = { kind: 'veth', name: 'm0', mac, peer: { name: 'm1', mac: peerMac, mtu: 1400 } }
    const [ours, theirs] = [bodyOf(encodeCreate(spec)), decode(readFixture('veth-create').body)]
    // Inside its peer, ip(8) puts the hardware address before the MTU.
    const peer = (message: LinkMessage): LinkMessage =>
      decode((message.attributes.info?.data ?? noBytes).subarray(4))
    assert.deepEqual(peer(ours), peer(theirs))
    assert.deepEqual({ ...ours.attributes, info: 0 }, { ...theirs.attributes, info: 0 })
  })

  test('macvlan', () => {
    const spec: LinkSpec = {
      kind: 'macvlan',
      name: 'v0',
      mtu: 1400,
      mac: '02:00:00:00:00:03',
      link: 3,
      mode: 'private',
      bcQueueLength: 500,
    }
    const [ours, theirs] = [bodyOf(encodeCreate(spec)), decode(readFixture('macvlan-create').body)]
    const data = (message: LinkMessage): object =>
      decodePayload(macvlanData, message.attributes.info?.data ?? noBytes)
    assert.deepEqual(data(ours), data(theirs))
    assert.deepEqual({ ...ours.attributes, info: 0 }, { ...theirs.attributes, info: 0 })
  })

  test('bridge', () => {
    const spec: LinkSpec = {
      kind: 'bridge',
      name: 'br0',
      mtu: 1400,
      stp: true,
      vlanFiltering: false,
      multicastSnooping: false,
    }
    const [ours, theirs] = [bodyOf(encodeCreate(spec)), decode(readFixture('bridge-create').body)]
    const data = (message: LinkMessage): object =>
      decodePayload(bridgeData, message.attributes.info?.data ?? noBytes)
    assert.deepEqual(data(ours), data(theirs))
  })

  test('a kind that needs no data, and one that is given its data', () => {
    assert.deepEqual(
      bodyOf(encodeCreate({ kind: 'dummy', name: 'd0' })),
      decode(readFixture('dummy-create').body),
    )
    const other = encodeCreate({ kind: 'vxlan', name: 'x', data: Buffer.from('080001002a000000', 'hex') })
    assert.deepEqual(bodyOf(other).attributes.info, {
      kind: 'vxlan',
      data: Buffer.from('080001002a000000', 'hex'),
    })
    assert.deepEqual(bodyOf(encodeCreate({ kind: 'ifb', name: 'x', data: noBytes })).attributes.info, {
      kind: 'ifb',
    })
  })
})

test('a link is made up, in a group, under a master and in another namespace when told', () => {
  const { header, attributes } = bodyOf(
    encodeCreate({
      kind: 'dummy',
      name: 'd0',
      up: true,
      group: 7,
      master: 4,
      txQueueLength: 0,
      namespace: { fd: 33 },
    }),
  )
  assert.deepEqual([header.flags, header.change], [IFF_UP, IFF_UP])
  const { info: _, ...rest } = attributes
  assert.deepEqual(rest, { name: 'd0', txQueueLength: 0, master: 4, group: 7, namespaceFd: 33 })
})

test('changing a link asks for what ip(8) asks for', () => {
  const changes = {
    up: true,
    promiscuous: true,
    mtu: 1300,
    mac: '02:00:00:00:00:09',
    alias: 'note',
    group: 7,
    txQueueLength: 10,
    name: 'n0',
  }
  assert.deepEqual(bodyOf(encodeChanges(3, changes)), decode(readFixture('link-change').body))
})

test('a flag that is not mentioned is left alone, and one that is false is taken away', () => {
  const { header } = bodyOf(encodeChanges(3, { up: false, allMulticast: true }))
  assert.deepEqual([header.flags, header.change], [IFF_ALLMULTI, IFF_UP | IFF_ALLMULTI])
  assert.deepEqual(bodyOf(encodeChanges(3, { mtu: 9000 })).header.change, 0)
})

test('a link leaves its master by null', () => {
  assert.equal(bodyOf(encodeChanges(3, { master: null })).attributes.master, 0)
})

test('requests say in words what they ask for', () => {
  assert.equal(encodeCreate({ kind: 'bridge', name: 'br0' }).label, 'RTM_NEWLINK bridge br0')
  assert.equal(encodeChanges(3, { up: true, mtu: 1400 }).label, 'RTM_SETLINK link 3 up=true mtu=1400')
})
