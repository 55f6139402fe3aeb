// SPDX-License-Identifier: Apache-2.0

// What the plugin kit does with links and settings of the kernel, with `ip` as the witness.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { deleteLink, deleteLinkWithAddresses } from '../../src/plugins/kit/delete-link.ts'
import { enableForwarding } from '../../src/plugins/kit/ip-forward.ts'
import { findMaster } from '../../src/plugins/kit/master-link.ts'
import { tryWriteSysctl } from '../../src/plugins/kit/try-write-sysctl.ts'
import { createVethPair } from '../../src/plugins/kit/veth-pair.ts'
import type { VethOptions } from '../../src/plugins/kit/veth-pair.ts'
import { checkLeaks, ipOne, linkNames, makeCard, makeHostAndContainer, runIn, skip } from './fixture.ts'
import { both, configure, linkOf, makeContainer } from './kit-container.ts'

checkLeaks()

describe('createVethPair()', { skip }, () => {
  function make(t: TestContext, options?: VethOptions, linkGroup = 0) {
    const { host, container } = makeHostAndContainer(t)
    const undo: (() => void | Promise<void>)[] = []
    const call = {
      host,
      container,
      ifName: 'eth0',
      linkGroup,
      undo: (_: string, step: () => void | Promise<void>) => void undo.push(step),
    }
    return { ...call, pair: () => createVethPair(call, options), undo }
  }

  it('makes both ends in their namespaces, the host end up and without a queue', (t) => {
    const { host, container, pair } = make(t, { mtu: 1400, mac: '02:00:00:00:00:07' }, 77)
    const { hostName, container: link } = pair()
    assert.match(hostName, /^veth[\da-f]{8}$/)
    assert.equal(link.name, 'eth0')
    const [outside, inside] = [
      ipOne(host, 'link', 'show', hostName),
      ipOne(container, 'link', 'show', 'eth0'),
    ]
    assert.deepEqual([outside['mtu'], inside['mtu'], inside['address']], [1400, 1400, '02:00:00:00:00:07'])
    assert.ok(JSON.stringify(outside['flags']).includes('"UP"'))
    assert.ok(!JSON.stringify(inside['flags']).includes('"UP"'))
    assert.equal(outside['txqlen'] ?? 0, 0)
    assert.equal(inside['group'], '77')
    assert.equal(host.readSysctl(`net/ipv6/conf/${hostName}/accept_ra`), '0')
  })

  it('makes the host end a port of a bridge at once', (t) => {
    const { host } = makeHostAndContainer(t)
    runIn(host, 'ip', 'link', 'add', 'br0', 'type', 'bridge')
    const { container } = makeHostAndContainer(t)
    const master = linkOf(host, 'br0').index
    const { hostName } = createVethPair(
      { host, container, ifName: 'eth0', linkGroup: 0, undo: () => undefined },
      { master },
    )
    assert.equal(ipOne(host, 'link', 'show', hostName)['master'], 'br0')
  })

  it('is undone by deleting the pair', async (t) => {
    const { host, container, pair, undo } = make(t)
    pair()
    for (const step of undo) await step()
    assert.deepEqual([linkNames(host), linkNames(container)], [['lo'], ['lo']])
  })

  it('says which name is taken, and registers nothing to undo', (t) => {
    const { container, pair, undo } = make(t, { hostName: 'fixed0' })
    makeCard(container, 'eth0')
    assert.throws(pair, { message: 'container veth name ("eth0") peer provided ("fixed0") already exists' })
    assert.equal(undo.length, 0)
    const second = make(t, { hostName: 'fixed0' })
    makeCard(second.host, 'fixed0')
    assert.throws(second.pair, /peer provided \("fixed0"\) already exists/)
  })
})

describe('findMaster()', { skip }, () => {
  it('finds a link by name, and that of the default route without one', (t) => {
    const { host } = makeHostAndContainer(t)
    const index = makeCard(host, 'ens6')
    assert.equal(findMaster(host, { master: 'ens6', place: 'the host' }).index, index)
    runIn(host, 'ip', 'address', 'add', '10.1.2.3/24', 'dev', 'ens6')
    runIn(host, 'ip', 'route', 'add', 'default', 'via', '10.1.2.1')
    assert.equal(findMaster(host, { master: '', place: 'the host' }).name, 'ens6')
  })

  it('lists what is there when it finds none', (t) => {
    const { host } = makeHostAndContainer(t)
    for (const name of ['ens6', 'ens7']) runIn(host, 'ip', 'link', 'add', name, 'type', 'bridge')
    assert.throws(() => findMaster(host, { master: 'eth9', place: 'the host' }), {
      id: 'net/master-missing',
      msg: 'failed to lookup master "eth9": Link not found',
      details: 'the host has ens6, ens7; correct "master" or add the interface',
    })
    assert.throws(() => findMaster(host, { place: 'the container' }), {
      id: 'net/master-missing',
      msg: 'no default route interface found',
    })
  })
})

describe('deleteLink()', { skip }, () => {
  it('deletes a link, and is content when there is none', async (t) => {
    const { container } = makeContainer(t)
    assert.equal(await deleteLink(container, 'eth0'), true)
    assert.equal(await deleteLink(container, 'eth0'), false)
    assert.deepEqual(linkNames(container), ['lo'])
  })

  it('gives the global addresses that went with it', async (t) => {
    const { container } = makeContainer(t)
    await configure(container, { ...both, routes: [] })
    runIn(container, 'ip', 'address', 'add', '169.254.7.7/16', 'dev', 'eth0')
    const addresses = await deleteLinkWithAddresses(container, 'eth0')
    assert.deepEqual(
      addresses.map(({ address, length }) => `${address.family}/${length}`),
      ['4/24', '6/64'],
    )
    assert.deepEqual(await deleteLinkWithAddresses(container, 'eth0'), [])
  })
})

describe('kernel settings', { skip }, () => {
  it('let packets through, in one family at a time', (t) => {
    const { host } = makeHostAndContainer(t)
    enableForwarding(host, 4)
    assert.equal(runIn(host, 'cat', '/proc/sys/net/ipv4/ip_forward').trim(), '1')
    assert.equal(runIn(host, 'cat', '/proc/sys/net/ipv6/conf/all/forwarding').trim(), '0')
    enableForwarding(host, 6)
    assert.equal(runIn(host, 'cat', '/proc/sys/net/ipv6/conf/all/forwarding').trim(), '1')
  })

  it('are written only where this kernel has them', (t) => {
    const { container } = makeContainer(t)
    tryWriteSysctl(container, 'net/ipv4/conf/eth0/arp_notify', '1')
    tryWriteSysctl(container, 'net/ipv4/conf/eth7/arp_notify', '1')
    assert.equal(runIn(container, 'cat', '/proc/sys/net/ipv4/conf/eth0/arp_notify').trim(), '1')
  })
})
