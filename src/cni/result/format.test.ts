// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseJson } from '../../base/index.ts'
import { formatResult, normalizeResult, resultToVersion } from './format.ts'
import { parseResult } from './parse.ts'
import type { CniResult } from './result.ts'

const full: CniResult = {
  interfaces: [
    {
      name: 'eth0',
      mac: '00:11:22:33:44:55',
      mtu: 1500,
      sandbox: '/run/netns/a',
      socketPath: '/run/vhost',
      pciID: '0000:00:01.0',
    },
  ],
  ips: [
    { interface: 0, address: '1.2.3.30/24', gateway: '1.2.3.1' },
    { address: 'abcd:1234:ffff::cdde/64', gateway: 'abcd:1234:ffff::1' },
  ],
  routes: [
    { dst: '15.5.6.0/24', gw: '15.5.6.8', mtu: 1400, advmss: 1360, priority: 5, table: 0, scope: 253 },
    { dst: '1111:dddd::/80', gw: '1111:dddd::aaaa' },
  ],
  dns: {
    nameservers: ['1.2.3.4', '1::cafe'],
    domain: 'acme.com',
    search: ['a.com'],
    options: ['foo', 'bar'],
  },
}

// The texts below are what the Go library prints for the same result in each version.
test('formatResult() prints 1.0.0 and 1.1.0 with sorted keys', () => {
  for (const version of ['1.0.0', '1.1.0']) {
    assert.equal(
      formatResult(full, version),
      `{
    "cniVersion": "${version}",
    "dns": {
        "domain": "acme.com",
        "nameservers": [
            "1.2.3.4",
            "1::cafe"
        ],
        "options": [
            "foo",
            "bar"
        ],
        "search": [
            "a.com"
        ]
    },
    "interfaces": [
        {
            "mac": "00:11:22:33:44:55",
            "mtu": 1500,
            "name": "eth0",
            "pciID": "0000:00:01.0",
            "sandbox": "/run/netns/a",
            "socketPath": "/run/vhost"
        }
    ],
    "ips": [
        {
            "address": "1.2.3.30/24",
            "gateway": "1.2.3.1",
            "interface": 0
        },
        {
            "address": "abcd:1234:ffff::cdde/64",
            "gateway": "abcd:1234:ffff::1"
        }
    ],
    "routes": [
        {
            "advmss": 1360,
            "dst": "15.5.6.0/24",
            "gw": "15.5.6.8",
            "mtu": 1400,
            "priority": 5,
            "scope": 253,
            "table": 0
        },
        {
            "dst": "1111:dddd::/80",
            "gw": "1111:dddd::aaaa"
        }
    ]
}`,
    )
  }
})

test('resultToVersion() gives 0.3.0 to 0.4.0 their declared order, versions of addresses, and no new fields', () => {
  for (const version of ['0.3.0', '0.3.1', '0.4.0']) {
    assert.equal(
      JSON.stringify(resultToVersion(full, version)),
      JSON.stringify({
        cniVersion: version,
        interfaces: [{ name: 'eth0', mac: '00:11:22:33:44:55', sandbox: '/run/netns/a' }],
        ips: [
          { version: '4', interface: 0, address: '1.2.3.30/24', gateway: '1.2.3.1' },
          { version: '6', address: 'abcd:1234:ffff::cdde/64', gateway: 'abcd:1234:ffff::1' },
        ],
        routes: full.routes?.map(({ dst, gw, mtu, advmss, priority, table, scope }) => ({
          dst,
          gw,
          mtu,
          advmss,
          priority,
          table,
          scope,
        })),
        dns: full.dns,
      }),
    )
  }
})

test('resultToVersion() gives 0.1.0 and 0.2.0 the first address of each family and the routes of it', () => {
  const result = { ...full, ips: [...(full.ips ?? []), { address: '9.9.9.9/8' }] }
  for (const [version, cniVersion] of [
    ['', '0.1.0'],
    ['0.1.0', '0.1.0'],
    ['0.2.0', '0.2.0'],
  ] as const) {
    assert.equal(
      JSON.stringify(resultToVersion(result, version)),
      JSON.stringify({
        cniVersion,
        ip4: { ip: '1.2.3.30/24', gateway: '1.2.3.1', routes: [{ dst: '15.5.6.0/24', gw: '15.5.6.8' }] },
        ip6: {
          ip: 'abcd:1234:ffff::cdde/64',
          gateway: 'abcd:1234:ffff::1',
          routes: [{ dst: '1111:dddd::/80', gw: '1111:dddd::aaaa' }],
        },
        dns: full.dns,
      }),
    )
  }
})

test('resultToVersion() drops routes of a family without an address in 0.2.0', () => {
  const result = { ips: [{ address: '10.0.0.1/24' }], routes: [{ dst: '::/0' }] }
  assert.deepEqual(resultToVersion(result, '0.2.0'), {
    cniVersion: '0.2.0',
    ip4: { ip: '10.0.0.1/24' },
    dns: {},
  })
})

test('an empty dns is printed up to 0.4.0 and left out from 1.0.0 on', () => {
  const result = { interfaces: [{ name: 'eth0' }], dns: {} }
  assert.deepEqual(resultToVersion(result, '0.4.0'), {
    cniVersion: '0.4.0',
    interfaces: [{ name: 'eth0' }],
    dns: {},
  })
  assert.deepEqual(resultToVersion(result, '1.0.0'), { cniVersion: '1.0.0', interfaces: [{ name: 'eth0' }] })
  assert.equal(formatResult({}, '1.0.0'), '{\n    "cniVersion": "1.0.0"\n}')
  assert.equal(formatResult({}, '0.4.0'), '{\n    "cniVersion": "0.4.0",\n    "dns": {}\n}')
})

test('resultToVersion() cannot say a result without address in 0.1.0 and 0.2.0', () => {
  for (const version of ['0.1.0', '0.2.0']) {
    assert.throws(() => resultToVersion({ interfaces: [{ name: 'eth0' }] }, version), {
      code: 999,
      message: 'cannot convert: no valid IP addresses',
    })
  }
})

test('resultToVersion() refuses a version that there is not', () => {
  assert.throws(() => resultToVersion(full, '2.0.0'), {
    code: 1,
    message: 'no converter for CNI result version 1.1.0 to 2.0.0',
  })
})

test('normalizeResult() lets a result of 0.2.0 be without an address', () => {
  assert.deepEqual(normalizeResult({ dns: { domain: 'x' } }, '0.2.0'), {
    cniVersion: '0.2.0',
    dns: { domain: 'x' },
  })
  assert.deepEqual(normalizeResult({}, ''), { cniVersion: '0.1.0', dns: {} })
  assert.deepEqual(normalizeResult({}, '1.0.0'), { cniVersion: '1.0.0' })
})

for (const version of ['0.3.1', '1.1.0']) {
  test(`a result of upstream in ${version} is printed again byte for byte`, () => {
    const path = join(import.meta.dirname, `../../../test/fixtures/cni/${version}-add.json`)
    const text = readFileSync(path, 'utf8')
    assert.equal(formatResult(parseResult(parseJson(text), version), version), text)
  })
}
