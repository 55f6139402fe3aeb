// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../base/index.ts'
import { parseNetworkConfig } from './plugin-config.ts'

function refusal(value: object): string {
  try {
    parseNetworkConfig({ ...value })
  } catch (error) {
    return describeError(error)
  }
  return 'taken'
}

test('parseNetworkConfig() gives what libcni needs, the whole, and the bytes as they were', () => {
  const text = Buffer.from(
    '{ "CNIVersion": "1.0.0", "name": "n", "type": "macvlan", "mtu": 1400, "capabilities": {"ips": true, "mac": false, "dns": null} }',
  )
  const network = parseNetworkConfig(text)
  assert.equal(network.type, 'macvlan')
  assert.equal(network.name, 'n')
  assert.equal(network.cniVersion, '1.0.0')
  assert.deepEqual(network.capabilities, ['ips'])
  assert.equal(network.config['mtu'], 1400)
  assert.equal(network.bytes.toString(), text.toString())
})

test('parseNetworkConfig() takes a decoded object as it is, with the text that the caller has', () => {
  const config = { type: 'bridge' }
  const own = parseNetworkConfig(config)
  assert.equal(own.config, config)
  assert.equal(own.bytes.toString(), '{"type":"bridge"}')
  assert.deepEqual([own.name, own.cniVersion], ['', ''])
  const bytes = Buffer.from('{ "type": "bridge" }')
  assert.equal(parseNetworkConfig(config, bytes).bytes, bytes)
})

test('parseNetworkConfig() wants a type', () => {
  for (const value of [{}, { type: '' }, { type: null }]) {
    assert.equal(refusal(value), "error parsing configuration: missing 'type'")
  }
})

test('parseNetworkConfig() refuses a known field of another type and names it', () => {
  const vectors: readonly [object, string][] = [
    [{ type: 5 }, 'type: expected a string, found 5'],
    [{ cniVersion: 1 }, 'cniVersion: expected a string, found 1'],
    [{ name: [] }, 'name: expected a string, found a list'],
    [{ capabilities: { ips: 'yes' } }, 'capabilities.ips: expected true or false, found string'],
    [{ capabilities: [] }, 'capabilities: expected an object, found a list'],
    [{ ipam: 'dhcp' }, 'ipam: expected an object, found "dhcp"'],
    [{ ipam: { type: 1 } }, 'ipam.type: expected a string, found 1'],
    [{ dns: { nameservers: 'x' } }, 'dns.nameservers: expected a list, found "x"'],
    [{ prevResult: 'x' }, 'prevResult: expected an object, found "x"'],
  ]
  for (const [value, problem] of vectors) {
    assert.equal(refusal({ type: 'a', ...value }), `error parsing configuration: ${problem}`)
  }
})

test('parseNetworkConfig() refuses what is no JSON object, with the id of the cause', () => {
  assert.throws(() => parseNetworkConfig(Buffer.from('{')), {
    id: 'config/json-invalid',
    message: 'error parsing configuration',
  })
  assert.throws(() => parseNetworkConfig([]), { id: 'config/invalid' })
})
