// SPDX-License-Identifier: Apache-2.0

// What the plugin kit does with a result, with `ip` as the witness.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '../../src/base/index.ts'
import type { CniResult } from '../../src/cni/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { checkContainerLink } from '../../src/plugins/kit/check-interface.ts'
import { checkAddresses, checkRoutes } from '../../src/plugins/kit/check-result.ts'
import { configureInterface } from '../../src/plugins/kit/configure-interface.ts'
import { checkLeaks, dig, ip, ipOne, runIn, skip } from './fixture.ts'
import { both, configure, makeContainer, resultWith, signal } from './kit-container.ts'

checkLeaks()

const routeTo = (container: Namespace, dst: string, ...more: readonly string[]): JsonObject =>
  ipOne(container, 'route', 'show', dst, ...more)

describe('configureInterface()', { skip }, () => {
  it('gives the interface its addresses and brings it up', async (t) => {
    const { container } = makeContainer(t)
    await configure(container, resultWith({ ips: both.ips ?? [] }))
    const [v4] = ip(container, '-4', 'address', 'show', 'dev', 'eth0').flatMap(
      ({ addr_info }) => addr_info ?? [],
    )
    assert.ok(v4)
    assert.deepEqual(
      [dig(v4, 'local'), dig(v4, 'prefixlen'), dig(v4, 'broadcast')],
      ['10.1.2.3', 24, '10.1.2.255'],
    )
    assert.match(
      runIn(container, 'ip', '-6', 'address', 'show', 'dev', 'eth0'),
      /inet6 fd00:1::3\/64 scope global/,
    )
    assert.match(runIn(container, 'ip', 'link', 'show', 'eth0'), /[<,]UP[,>]/)
  })

  it('sends a route without a gateway through that of the address of its family', async (t) => {
    const { container } = makeContainer(t)
    await configure(container, { ...both, routes: [{ dst: '10.5.0.0/16' }, { dst: 'fd00:7::/48' }] })
    assert.equal(routeTo(container, '10.5.0.0/16')['gateway'], '10.1.2.1')
    assert.match(runIn(container, 'ip', '-6', 'route'), /fd00:7::\/48 via fd00:1::1 dev eth0/)
  })

  it('applies priority, table, scope, MTU and MSS of a route', async (t) => {
    const { container } = makeContainer(t)
    await configure(container, { ...both, routes: (both.routes ?? []).slice(0, 3) })
    const route = routeTo(container, '10.6.0.0/16', 'table', '300')
    assert.deepEqual([route['gateway'], route['metric'], route['dev']], ['10.1.2.9', 7, 'eth0'])
    assert.match(JSON.stringify(route['metrics']), /"mtu":1300.*"advmss":1200/)
    assert.match(runIn(container, 'ip', '-6', 'route'), /fd00:5::\/48 via fd00:1::9 .*mtu 1400 advmss 1300/)
  })

  it('sends a route of the link itself through no gateway', async (t) => {
    const { container } = makeContainer(t)
    await configure(container, { ...both, routes: [{ dst: '10.7.0.0/16', scope: 253 }] })
    const route = routeTo(container, '10.7.0.0/16')
    assert.deepEqual([route['gateway'], route['scope']], [undefined, 'link'])
  })

  it('allows several routes to one destination', async (t) => {
    const { container } = makeContainer(t)
    const routes = [{ dst: '10.5.0.0/16' }, { dst: '10.5.0.0/16', gw: '10.1.2.8' }]
    await configure(container, { ...both, routes })
    assert.equal(ip(container, 'route', 'show', '10.5.0.0/16').length, 2)
    await assert.rejects(
      configure(makeContainer(t).container, { ...both, routes: [...routes, ...routes] }),
      /^Error: failed to add route '10\.5\.0\.0\/16 via 10\.1\.2\.1 dev eth0 metric 0 \(Scope: 0, Table: 254\)': .*file exists/,
    )
  })

  it('switches IPv6 on where it is off, and keeps its addresses when the link goes down', async (t) => {
    const { container } = makeContainer(t)
    for (const name of ['lo', 'eth0']) container.writeSysctl(`net/ipv6/conf/${name}/disable_ipv6`, '1')
    await configure(container, both)
    runIn(container, 'ip', 'link', 'set', 'eth0', 'down')
    assert.match(runIn(container, 'ip', '-6', 'address', 'show', 'dev', 'eth0'), /fd00:1::3/)
  })

  it('leaves addresses without an interface index alone', async (t) => {
    const { container } = makeContainer(t)
    await configure(container, resultWith({ ips: [{ address: '10.9.9.9/24' }] }))
    assert.doesNotMatch(runIn(container, 'ip', 'address'), /10\.9\.9\.9/)
  })

  it("refuses what it cannot apply, in Go's words", async (t) => {
    const { container } = makeContainer(t)
    const refused = async (result: CniResult, message: string) => {
      await assert.rejects(configure(container, result), { message })
    }
    await refused({ ips: both.ips ?? [] }, 'no interfaces to configure')
    const index = 'failed to add IP addr 10.1.2.3/24 to "eth0": invalid interface index'
    await refused(resultWith({ ips: [{ interface: 5, address: '10.1.2.3/24' }] }), index)
    await refused({ interfaces: [{ name: 'other' }], ips: [{ interface: 0, address: '10.1.2.3/24' }] }, index)
    await assert.rejects(configureInterface({ container, ifName: 'eth7', signal }, both), {
      message: 'failed to lookup "eth7": Link not found',
    })
    await configure(container, resultWith({ ips: [{ interface: 0, address: '10.1.2.3/24' }] }))
    const again = configure(container, resultWith({ ips: [{ interface: 0, address: '10.1.2.3/24' }] }))
    await assert.rejects(again, /^Error: failed to add IP addr 10\.1\.2\.3\/24 to "eth0": .*file exists/)
  })

  it('waits for duplicate address detection when IPv6 has a gateway', async (t) => {
    const { container, link } = makeContainer(t)
    container.writeSysctl('net/ipv6/conf/eth0/accept_dad', '1')
    await configure(container, { ...both, routes: [] })
    assert.equal(
      container.addresses.list({ ifIndex: link.index, family: 6 }).some(({ tentative }) => tentative),
      false,
    )
    assert.doesNotMatch(runIn(container, 'ip', '-6', 'address', 'show', 'dev', 'eth0'), /tentative/)
  })
})

describe('checkAddresses() and checkRoutes()', { skip }, () => {
  const routes = (both.routes ?? []).slice(0, 3)

  it('find what configureInterface() made', async (t) => {
    const { container, link } = makeContainer(t)
    await configure(container, { ...both, routes })
    checkAddresses(container, link, both)
    checkRoutes(container, routes)
  })

  it('name an address and a route that is missing', async (t) => {
    const { container, link } = makeContainer(t)
    await configure(container, { ...both, routes })
    const other = resultWith({ ips: [{ interface: 0, address: '10.1.2.3/25' }] })
    assert.throws(() => checkAddresses(container, link, other), {
      message: 'Failed to match addr 10.1.2.3/25 on interface eth0',
    })
    assert.throws(() => checkRoutes(container, [{ dst: '10.5.0.0/16', gw: '10.1.2.77' }]), {
      message: 'Expected Route 10.5.0.0/16 via 10.1.2.77 not found in routing table',
    })
    assert.throws(() => checkRoutes(container, [{ dst: '10.5.0.0/16', table: 301 }]), /Expected Route/)
    runIn(container, 'ip', 'route', 'del', '10.1.2.0/24', 'dev', 'eth0')
    assert.throws(() => checkAddresses(container, link, both), {
      message: 'Failed to find Gateway 10.1.2.1 for interface eth0',
    })
  })

  it('ask for no connected route where the kernel makes none', async (t) => {
    const { container, link } = makeContainer(t)
    const single = resultWith({ ips: [{ interface: 0, address: '10.1.2.3/32' }] })
    await configure(container, single)
    checkAddresses(container, link, single)
    runIn(container, 'ip', 'address', 'add', '10.8.0.1/24', 'dev', 'eth0', 'noprefixroute')
    checkAddresses(container, link, resultWith({ ips: [{ address: '10.8.0.1/24' }] }))
  })

  it('find connected routes that were moved to another table, as sbr does', async (t) => {
    const { container, link } = makeContainer(t)
    await configure(container, { ...both, routes: [{ dst: '10.5.0.0/16' }] })
    runIn(container, 'ip', 'route', 'add', '10.1.2.0/24', 'dev', 'eth0', 'table', '100')
    runIn(container, 'ip', 'route', 'del', '10.1.2.0/24', 'dev', 'eth0', 'table', 'main')
    checkAddresses(container, link, both)
  })

  it('take any default route for the expected one', async (t) => {
    const { container } = makeContainer(t)
    await configure(container, { ...both, routes: [{ dst: '0.0.0.0/0' }] })
    checkRoutes(container, [{ dst: '0.0.0.0/0', gw: '10.1.2.200' }])
    assert.throws(() => checkRoutes(container, [{ dst: '::/0' }]), /Expected Route/)
  })

  it('look only at addresses of the interface', async (t) => {
    const { container, link } = makeContainer(t)
    await configure(container, { ...both, routes: [] })
    const interfaces = [
      { name: 'eth0', sandbox: '/x' },
      { name: 'eth1', sandbox: '/x' },
    ]
    checkAddresses(container, link, { interfaces, ips: [{ interface: 1, address: '10.99.0.1/24' }] })
  })
})

describe('checkContainerLink()', { skip }, () => {
  it('holds sandbox, kind and MAC against the result', (t) => {
    const { container, link } = makeContainer(t)
    const call = { container, ifName: 'eth0', netns: '/x' }
    const entry = (more: object) => ({ interfaces: [{ name: 'eth0', sandbox: '/x', ...more }] })
    assert.equal(checkContainerLink(call, entry({ mac: link.mac }), 'veth').index, link.index)
    assert.throws(() => checkContainerLink(call, entry({ sandbox: '/y' }), 'veth'), {
      message: "Sandbox in prevResult /y doesn't match configured netns: /x",
    })
    assert.throws(() => checkContainerLink(call, entry({}), 'macvlan'), {
      message: 'error: Container interface eth0 not of type macvlan',
    })
    assert.throws(
      () => checkContainerLink(call, entry({ mac: '02:00:00:00:00:01' }), 'veth'),
      /but prevResult says/,
    )
    assert.throws(() => checkContainerLink(call, {}, 'veth'), /eth0 is not in prevResult/)
  })
})
