// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { broadcastOf, formatCidr, formatIp, parseCidr, waitFor } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { IFA_F_NODAD, IFA_F_NOPREFIXROUTE, RT_SCOPE_LINK } from '../../src/linux/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { checkLeaks, ipOne, makeCard, makeHostAndContainer, runIn, skip } from './fixture.ts'

checkLeaks()

/** The addresses of a link, as `ip` shows them. */
function shown(namespace: Namespace, name: string): readonly JsonObject[] {
  const list = ipOne(namespace, 'address', 'show', 'dev', name)['addr_info']
  return Array.isArray(list) ? list : []
}

describe('Addresses', { skip }, () => {
  test('add() and remove() do what ip(8) sees', (t) => {
    const { container } = makeHostAndContainer(t)
    const index = makeCard(container, 'eth0')
    const address = parseCidr('10.1.2.3/24')
    const broadcast = broadcastOf(address)
    container.addresses.add(index, { address, broadcast })
    container.addresses.add(index, { address: parseCidr('10.1.2.4/32'), scope: RT_SCOPE_LINK })
    const summary = shown(container, 'eth0')
      .filter((each) => each['family'] === 'inet')
      .map((each) => JSON.stringify([each['local'], each['prefixlen'], each['broadcast'], each['scope']]))
    assert.deepEqual(summary.sort(), ['["10.1.2.3",24,"10.1.2.255","global"]', '["10.1.2.4",32,null,"link"]'])
    assert.throws(() => container.addresses.add(index, { address }), {
      code: 'EEXIST',
      message: new RegExp(`^RTM_NEWADDR 10.1.2.3/24 link ${index}: file exists`),
    })
    container.addresses.remove(index, { address })
    assert.equal(
      shown(container, 'eth0').some((each) => each['local'] === '10.1.2.3'),
      false,
    )
    assert.throws(() => container.addresses.remove(index, { address }), { code: 'EADDRNOTAVAIL' })
  })

  test('add() takes flags beyond the eighth bit', (t) => {
    const { container } = makeHostAndContainer(t)
    const index = makeCard(container, 'eth0')
    container.addresses.add(index, {
      address: parseCidr('fd00::5/64'),
      flags: IFA_F_NODAD | IFA_F_NOPREFIXROUTE,
    })
    const found = shown(container, 'eth0').find((each) => each['local'] === 'fd00::5')
    assert.deepEqual(
      [found?.['nodad'], found?.['noprefixroute'], found?.['tentative']],
      [true, true, undefined],
    )
    assert.equal(runIn(container, 'ip', '-6', 'route', 'show', 'fd00::/64'), '')
  })

  test('list() gives what ip(8) shows, filtered by link and family', (t) => {
    const { container } = makeHostAndContainer(t)
    const index = makeCard(container, 'eth0')
    for (const text of ['10.1.2.3/24', '10.1.2.4/24', 'fd00::5/64']) {
      container.addresses.add(index, { address: parseCidr(text), flags: IFA_F_NODAD })
    }
    const listed = (filter: { ifIndex?: number; family?: 4 | 6 }): string[] =>
      container.addresses.list(filter).map(({ address }) => formatCidr(address))
    assert.deepEqual(listed({ ifIndex: index, family: 4 }), ['10.1.2.3/24', '10.1.2.4/24'])
    const witness = shown(container, 'eth0').map((each) => JSON.stringify([each['local'], each['prefixlen']]))
    const found = container.addresses
      .list({ ifIndex: index })
      .map(({ address: { address, length } }) => JSON.stringify([formatIp(address), length]))
    assert.deepEqual(found.sort(), witness.sort())
    assert.ok(listed({}).includes('127.0.0.1/8'))
    assert.ok(listed({ family: 6 }).every((text) => text.includes(':')))
    const [first] = container.addresses.list({ ifIndex: index })
    assert.deepEqual(
      [first?.label, first?.broadcast === undefined ? undefined : formatIp(first.broadcast)],
      ['eth0', undefined],
    )
    assert.throws(() => container.addresses.list({ ifIndex: 4711 }), { code: 'ENODEV' })
  })

  test('list() gives hundreds of addresses', (t) => {
    const { container } = makeHostAndContainer(t)
    const index = makeCard(container, 'eth0')
    for (let count = 0; count < 700; count++) {
      container.addresses.add(index, {
        address: { address: { family: 4, value: 0x0a000000n + BigInt(count) }, length: 32 },
      })
    }
    assert.equal(container.addresses.list({ ifIndex: index, family: 4 }).length, 700)
  })
})

describe('waitForAddresses()', { skip }, () => {
  test('waits until duplicate address detection has ended', async (t) => {
    const { container } = makeHostAndContainer(t)
    const index = makeCard(container, 'eth0')
    container.addresses.add(index, { address: parseCidr('fd00::5/64') })
    assert.ok(container.addresses.list({ ifIndex: index, family: 6 }).some(({ tentative }) => tentative))
    await container.waitForAddresses(index, { timeoutMs: 5000 })
    assert.ok(shown(container, 'eth0').every((each) => each['tentative'] !== true))
  })

  test('fails when another station has the address', async (t) => {
    const { host, container } = makeHostAndContainer(t)
    host.links.create({ kind: 'veth', name: 'far', peer: { name: 'eth0', namespace: container } })
    const [far, near] = [host.links.get('far')?.index ?? 0, container.links.get('eth0')?.index ?? 0]
    host.links.set(far, { up: true })
    container.links.set(near, { up: true })
    host.addresses.add(far, { address: parseCidr('fd00::5/64'), flags: IFA_F_NODAD })
    const isUp = (): boolean => container.links.get('eth0')?.operState === 'up'
    await waitFor(isUp, { timeoutMs: 2000, what: 'carrier' })
    container.addresses.add(near, { address: parseCidr('fd00::5/64') })
    await assert.rejects(container.waitForAddresses(near, { timeoutMs: 5000 }), {
      id: 'net/dad-failed',
      message: 'link eth0 has address fd00::5 in DADFAILED state',
    })
  })

  test('gives up in time, and only on a link that is up', async (t) => {
    const { container } = makeHostAndContainer(t)
    const index = makeCard(container, 'eth0')
    container.addresses.add(index, { address: parseCidr('fd00::5/64') })
    await assert.rejects(container.waitForAddresses(index, { timeoutMs: 10 }), {
      id: 'net/address-tentative',
      message: 'link eth0 still has tentative addresses after 0.01 seconds',
    })
    runIn(container, 'ip', 'link', 'add', 'down0', 'type', 'veth', 'peer', 'name', 'down1')
    runIn(container, 'ip', 'link', 'set', 'down0', 'up')
    const down = container.links.get('down0')?.index ?? 0
    container.addresses.add(down, { address: parseCidr('fd01::5/64') })
    await container.waitForAddresses(down, { timeoutMs: 10 })
  })

  test('ends with the reason of its signal', async (t) => {
    const { container } = makeHostAndContainer(t)
    const index = makeCard(container, 'eth0')
    container.addresses.add(index, { address: parseCidr('fd00::5/64') })
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(container.waitForAddresses(index, { timeoutMs: 5000, signal }), {
      message: 'enough',
    })
  })
})
