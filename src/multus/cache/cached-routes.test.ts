// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { isJsonObject, parseIp, parseJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { writeCachedAttachment } from '../../cni/index.ts'
import { changeCachedRoutes, changeDefaultRoutes } from './cached-routes.ts'

const moveTo = (...gateways: string[]) => {
  const add = gateways.map(parseIp)
  return { remove: add.map(({ family }) => family), add }
}

function cached(t: TestContext, result: JsonObject) {
  const cniDir = mkdtempSync(join(tmpdir(), 'plait-routes-'))
  t.after(() => rmSync(cniDir, { recursive: true }))
  const key = { networkName: 'lan', containerId: 'c1', ifName: 'net1' }
  writeCachedAttachment(cniDir, {
    ...key,
    config: Buffer.from('{}'),
    netns: '/n',
    args: [],
    capabilityArgs: {},
    result,
  })
  return {
    key: { cniDir, ...key },
    read: (): JsonObject => {
      const value = parseJson(readFileSync(join(cniDir, 'results/lan-c1-net1')))
      assert.ok(isJsonObject(value))
      return value
    },
  }
}

describe('changeDefaultRoutes()', () => {
  const routes = [{ dst: '0.0.0.0/0', gw: '10.0.0.1' }, { dst: '10.0.0.0/8' }, { dst: '::/0' }]

  test('takes out all default routes of a family and keeps the others', () => {
    const result = { routes: [...routes, { dst: '0.0.0.0/0' }] }
    assert.deepEqual(changeDefaultRoutes(result, { remove: [4], add: [] }).routes, routes.slice(1))
    assert.deepEqual(changeDefaultRoutes({ routes }, { remove: [6], add: [] }).routes, routes.slice(0, 2))
  })

  test('adds the new ones behind, in the spelling of results (GW-9)', () => {
    assert.deepEqual(changeDefaultRoutes({}, moveTo('10.0.0.254', 'fd00::1')).routes, [
      { dst: '0.0.0.0/0', gw: '10.0.0.254' },
      { dst: '::/0', gw: 'fd00::1' },
    ])
  })

  test('leaves no empty list behind', () => {
    const result = { routes: [{ dst: '::0/0' }] }
    assert.deepEqual(changeDefaultRoutes(result, { remove: [6], add: [] }), {})
  })
})

describe('changeCachedRoutes()', () => {
  test('edits results of every version in their own shape (GW-8)', async (t) => {
    const route = { dst: '0.0.0.0/0', gw: '10.0.0.254' }
    for (const [result, expected] of [
      [
        { cniVersion: '1.0.0', ips: [{ address: '10.0.0.2/24' }], routes: [{ dst: '0.0.0.0/0' }] },
        { cniVersion: '1.0.0', ips: [{ address: '10.0.0.2/24' }], routes: [route] },
      ],
      [
        { cniVersion: '0.3.1', ips: [{ version: '4', address: '10.0.0.2/24' }], dns: {} },
        { cniVersion: '0.3.1', ips: [{ version: '4', address: '10.0.0.2/24' }], routes: [route], dns: {} },
      ],
      [
        { cniVersion: '0.2.0', ip4: { ip: '10.0.0.2/24', routes: [{ dst: '0.0.0.0/0' }] }, dns: {} },
        { cniVersion: '0.2.0', ip4: { ip: '10.0.0.2/24', routes: [route] }, dns: {} },
      ],
    ] as const) {
      const { key, read } = cached(t, result)
      await changeCachedRoutes(key, moveTo('10.0.0.254'))
      assert.deepEqual(read().result, expected)
    }
  })

  test('keeps what the plugin gave', async (t) => {
    const { key, read } = cached(t, { cniVersion: '1.1.0' })
    for (const gateway of ['10.0.0.254', '10.0.0.253']) await changeCachedRoutes(key, moveTo(gateway))
    assert.deepEqual(read()['pluginResult'], { cniVersion: '1.1.0' })
  })

  test('keeps everything else of the file, and its mode', async (t) => {
    const { key, read } = cached(t, { cniVersion: '1.1.0' })
    await changeCachedRoutes(key, moveTo('10.0.0.254'))
    const { result: _result, pluginResult: _given, ...rest } = read()
    assert.deepEqual(rest, {
      kind: 'cniCacheV1',
      containerId: 'c1',
      config: 'e30=',
      ifName: 'net1',
      networkName: 'lan',
      netns: '/n',
    })
    assert.equal(statSync(join(key.cniDir, 'results/lan-c1-net1')).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(join(key.cniDir, 'results')), ['lan-c1-net1'])
  })

  test('leaves an attachment alone that is not remembered', async (t) => {
    const { key, read } = cached(t, { cniVersion: '1.1.0' })
    await changeCachedRoutes({ ...key, ifName: 'net2' }, moveTo('10.0.0.254'))
    assert.deepEqual(read().result, { cniVersion: '1.1.0' })
  })

  test('refuses versions that it does not know (upstream inventory 12.4)', async (t) => {
    const { key } = cached(t, { cniVersion: '0.9.0' })
    await assert.rejects(changeCachedRoutes(key, moveTo('10.0.0.254')), {
      id: 'multus/default-route-failed',
      message: 'error setting default gateway in cache',
    })
  })
})
