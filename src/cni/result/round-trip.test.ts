// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { formatCidr, formatGoJson, formatIp, parseJson } from '../../base/index.ts'
import type { IpAddress } from '../../base/index.ts'
import { supportedVersions } from '../version.ts'
import { formatResult, resultToVersion } from './format.ts'
import { isIpv4 } from './format-legacy.ts'
import { parseResult } from './parse.ts'
import type { CniResult } from './result.ts'

const ipv4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value): IpAddress => ({ family: 4, value }))
// Addresses of ::ffff:0:0/96 are IPv4 by Go's rules and do not come out of a formatter.
const ipv6 = fc
  .bigInt({ min: 0n, max: 2n ** 128n - 1n })
  .filter((value) => value >> 32n !== 0xffffn)
  .map((value): IpAddress => ({ family: 6, value }))
const address = fc.oneof(ipv4, ipv6)
const ip = address.map(formatIp)
const cidr = fc
  .tuple(address, fc.nat(128))
  .map(([one, length]) => formatCidr({ address: one, length: one.family === 4 ? length % 33 : length }))
const text = fc.string({ minLength: 1, unit: 'grapheme' })
const count = fc.integer({ min: 1, max: 2 ** 31 })

function list<T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(item, { minLength: 1, maxLength: 4 })
}

const interfaces = list(
  fc.record(
    { name: text, mac: text, mtu: count, sandbox: text, socketPath: text, pciID: text },
    { requiredKeys: ['name'], noNullPrototype: true },
  ),
)
const ips = list(
  fc.record(
    { interface: fc.nat(9), address: cidr, gateway: ip },
    { requiredKeys: ['address'], noNullPrototype: true },
  ),
)
const routes = list(
  fc.record(
    { dst: cidr, gw: ip, mtu: count, advmss: count, priority: count, table: fc.nat(), scope: fc.nat(255) },
    { requiredKeys: ['dst'], noNullPrototype: true },
  ),
)
const dns = fc
  .record(
    { nameservers: list(text), domain: text, search: list(text), options: list(text) },
    { requiredKeys: [], noNullPrototype: true },
  )
  .filter((one) => Object.keys(one).length > 0)
const result: fc.Arbitrary<CniResult> = fc.record(
  { interfaces, ips, routes, dns },
  { requiredKeys: [], noNullPrototype: true },
)

function throughText(value: CniResult, version: string): CniResult {
  return parseResult(parseJson(formatResult(value, version)), version)
}

test('a result comes back from the text of 1.0.0 and 1.1.0 as it was', () => {
  fc.assert(
    fc.property(result, fc.constantFrom('1.0.0', '1.1.0'), (one, version) => {
      assert.deepEqual(throughText(one, version), { cniVersion: '1.1.0', ...one })
    }),
  )
})

test('a result comes back from the text of 0.3.0 to 0.4.0 without what those versions do not know', () => {
  fc.assert(
    fc.property(result, fc.constantFrom('0.3.0', '0.3.1', '0.4.0'), (one, version) => {
      const known = one.interfaces?.map(({ name, mac, sandbox }) => ({
        name,
        ...(mac !== undefined && { mac }),
        ...(sandbox !== undefined && { sandbox }),
      }))
      assert.deepEqual(throughText(one, version), {
        cniVersion: '1.1.0',
        ...one,
        ...(known && { interfaces: known }),
      })
    }),
  )
})

test('a result of 0.1.0 or 0.2.0 has the first address of each family, and stays as it is from then on', () => {
  const withAddress = result.filter((one) => one.ips !== undefined)
  fc.assert(
    fc.property(withAddress, fc.constantFrom('0.1.0', '0.2.0'), (one, version) => {
      const once = throughText(one, version)
      const first = [true, false].flatMap(
        (v4) => one.ips?.find((each) => isIpv4(each.address) === v4)?.address ?? [],
      )
      assert.deepEqual(
        once.ips?.map((each) => each.address),
        first,
      )
      assert.deepEqual(throughText(once, version), once)
    }),
  )
})

test('from 1.0.0 on the keys of a formatted result are sorted at every level', () => {
  fc.assert(
    fc.property(result, (one) => {
      const value = resultToVersion(one, '1.1.0')
      assert.equal(formatGoJson(value), formatGoJson(value, { sortKeys: true }))
    }),
  )
})

test('parseResult() never throws anything but a CniError', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(...supportedVersions), (json, version) => {
      try {
        parseResult(parseJson(json), version)
      } catch (error) {
        assert.equal(error instanceof Error && error.name, 'CniError')
      }
    }),
  )
})
