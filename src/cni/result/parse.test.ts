// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePluginResult, parseResult, readResultVersion } from './parse.ts'

test('parseResult() gives a result of 1.x with everything that it says', () => {
  const result = {
    interfaces: [
      { name: 'cni0', mac: '00:11:22:33:44:55', mtu: 1500 },
      {
        name: 'eth0',
        mac: '99:88:77:66:55:44',
        sandbox: '/run/netns/a',
        pciID: '0000:00:01.0',
        socketPath: '/s',
      },
    ],
    ips: [
      { interface: 0, address: '1.2.3.30/24', gateway: '1.2.3.1' },
      { address: 'abcd:1234:ffff::cdde/64' },
    ],
    routes: [
      { dst: '15.5.6.0/24', gw: '15.5.6.8', mtu: 1400, advmss: 1360, priority: 5, table: 0, scope: 0 },
      { dst: '1111:dddd::/80' },
    ],
    dns: { nameservers: ['1.2.3.4'], domain: 'acme.com', search: ['somedomain.com'], options: ['foo'] },
  }
  for (const version of ['1.0.0', '1.1.0']) {
    assert.deepEqual(parseResult({ cniVersion: version, ...result }, version), {
      cniVersion: '1.1.0',
      ...result,
    })
  }
})

test('parseResult() drops the version of addresses of 0.3.0 to 0.4.0', () => {
  for (const version of ['0.3.0', '0.3.1', '0.4.0']) {
    const ips = [{ version: '4', interface: 2, address: '10.0.0.2/24' }]
    assert.deepEqual(parseResult({ cniVersion: version, ips, dns: {} }, version), {
      cniVersion: '1.1.0',
      ips: [{ interface: 2, address: '10.0.0.2/24' }],
    })
  }
})

test('parseResult() turns ip4 and ip6 of 0.1.0 and 0.2.0 into addresses without interface, routes in their order', () => {
  const legacy = {
    ip4: { ip: '1.2.3.30/24', gateway: '1.2.3.1', routes: [{ dst: '15.5.6.0/24', gw: '15.5.6.8' }] },
    ip6: { ip: 'abcd:1234:ffff::cdde/64', routes: [{ dst: '1111:dddd::/80' }] },
    dns: { domain: 'acme.com' },
  }
  for (const version of ['', '0.1.0', '0.2.0']) {
    assert.deepEqual(parseResult({ cniVersion: version, ...legacy }, version), {
      cniVersion: '1.1.0',
      ips: [{ address: '1.2.3.30/24', gateway: '1.2.3.1' }, { address: 'abcd:1234:ffff::cdde/64' }],
      routes: [{ dst: '15.5.6.0/24', gw: '15.5.6.8' }, { dst: '1111:dddd::/80' }],
      dns: { domain: 'acme.com' },
    })
  }
})

test('parseResult() keeps interface 0, table 0 and scope 0, and leaves what is missing missing', () => {
  const value = { ips: [{ interface: 0, address: '10.0.0.1/8' }, { address: '10.0.0.2/8' }] }
  const { ips } = parseResult(value, '1.0.0')
  assert.deepEqual(ips, value.ips)
  const routes = [{ dst: '0.0.0.0/0', table: 0, scope: 0, mtu: 0, priority: null }]
  assert.deepEqual(parseResult({ routes }, '1.0.0').routes, [{ dst: '0.0.0.0/0', table: 0, scope: 0 }])
})

test('parseResult() leaves empty lists, texts and objects out', () => {
  const value = { interfaces: [], ips: [], routes: [], dns: { nameservers: [], domain: '' } }
  assert.deepEqual(parseResult(value, '1.0.0'), { cniVersion: '1.1.0' })
  assert.deepEqual(parseResult({ interfaces: [{ name: 'a', mac: '', sandbox: null }] }, '0.4.0').interfaces, [
    { name: 'a' },
  ])
})

test('parseResult() gives addresses in the one form that Go prints', () => {
  const ips = [
    { address: 'FD00:0:0::1/64', gateway: 'FD00::00FE' },
    { address: '::ffff:10.0.0.1/120', gateway: '' },
  ]
  assert.deepEqual(parseResult({ ips }, '1.0.0').ips, [
    { address: 'fd00::1/64', gateway: 'fd00::fe' },
    { address: '10.0.0.1/24' },
  ])
})

test('parseResult() finds fields in any letter case', () => {
  const value = { CNIVersion: '1.0.0', Interfaces: [{ NAME: 'eth0', PciId: 'x' }] }
  assert.deepEqual(parseResult(value, '1.0.0').interfaces, [{ name: 'eth0', pciID: 'x' }])
})

test('parseResult() names the field that it cannot decode', () => {
  const bad: readonly [object, string][] = [
    [{ ips: [{ address: '10.0.0.1' }] }, 'ips[0].address: invalid CIDR address: 10.0.0.1'],
    [{ ips: [{ address: '10.0.0.1/24' }, {}] }, 'ips[1].address: is missing'],
    [
      { ips: [{ address: '10.0.0.1/24', gateway: '10.0.0.01' }] },
      'ips[0].gateway: invalid IP address: 10.0.0.01',
    ],
    [
      { ips: [{ address: '10.0.0.1/24', interface: '0' }] },
      'ips[0].interface: expected a whole number, found "0"',
    ],
    [{ ips: [{ address: '10.0.0.1/24', interface: 0.5 }] }, 'ips[0].interface: 0.5 is not a whole number'],
    [{ ips: {} }, 'ips: expected a list, found an object'],
    [{ ips: [null] }, 'ips[0]: expected an object, found null'],
    [{ routes: [{ gw: '10.0.0.1' }] }, 'routes[0].dst: is missing'],
    [{ interfaces: [{ name: 5 }] }, 'interfaces[0].name: expected a string, found 5'],
    [{ dns: { search: 'x' } }, 'dns.search: expected a list, found "x"'],
  ]
  for (const [value, problem] of bad) {
    assert.throws(
      () => parseResult({ ...value }, '1.0.0'),
      { code: 6, message: `cannot decode CNI result: ${problem}`, id: 'cni/result-invalid' },
      problem,
    )
  }
  assert.throws(() => parseResult({ ip4: { ip: '1.2.3.4' } }, '0.2.0'), {
    message: 'cannot decode CNI result: ip4.ip: invalid CIDR address: 1.2.3.4',
  })
  assert.throws(() => parseResult([], '1.0.0'), {
    message: 'cannot decode CNI result: result: expected an object, found a list',
  })
})

test('parseResult() refuses a version of another shape and one that there is not', () => {
  assert.throws(() => parseResult({ cniVersion: '0.4.0' }, '1.0.0'), {
    code: 6,
    message:
      'cannot decode CNI result: result type supports [1.0.0 1.1.0] but unmarshalled CNIVersion is "0.4.0"',
  })
  assert.throws(() => parseResult({ cniVersion: '1.0.0' }, '0.2.0'), /supports \[ 0\.1\.0 0\.2\.0\] but/)
  assert.throws(() => parseResult({}, '0.3.2'), {
    code: 1,
    message: 'unsupported CNI result version "0.3.2"',
  })
})

test('parseResult() takes null for an empty result', () => {
  assert.deepEqual(parseResult(null, '1.0.0'), { cniVersion: '1.1.0' })
})

test('parsePluginResult() decodes by the version that the result names, else by that of the configuration', () => {
  const ip4 = { ip: '10.0.0.1/24' }
  assert.equal(parsePluginResult({ cniVersion: '0.2.0', ip4 }, '1.0.0').ips?.length, 1)
  assert.equal(parsePluginResult({ ip4 }, '0.2.0').ips?.length, 1)
  assert.equal(parsePluginResult({ cniVersion: '', ip4 }, '').ips?.length, 1)
  assert.throws(() => parsePluginResult({ cniVersion: '2.0.0' }, '1.0.0'), {
    code: 1,
    message: 'unsupported CNI result version "2.0.0"',
  })
})

test('readResultVersion() gives the version that a result names', () => {
  assert.equal(readResultVersion({ cniVersion: '0.4.0' }), '0.4.0')
  assert.equal(readResultVersion({}), '')
  assert.equal(readResultVersion(null), '')
  assert.throws(() => readResultVersion({ cniVersion: 1 }), { code: 6 })
})
