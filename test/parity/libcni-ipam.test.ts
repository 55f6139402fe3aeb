// SPDX-License-Identifier: Apache-2.0

// Upstream's IPAM plugins, run by our execution of programs: what they print is read, converted and printed as they do.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { JsonObject } from '../../src/base/index.ts'
import { parseJson } from '../../src/base/index.ts'
import {
  execPlugin,
  formatResult,
  getPluginVersions,
  parsePluginResult,
  parseResult,
  resultToVersion,
  supportedVersions,
} from '../../src/cni/index.ts'
import type { PluginInvocation } from '../../src/cni/index.ts'
import { peerDirectory, runProgram, withoutPeers } from './libcni-peers.ts'

const peers = peerDirectory('static', 'host-local') ?? ''

function invocation(
  type: string,
  config: JsonObject,
  more: Partial<PluginInvocation> = {},
): PluginInvocation {
  return {
    type,
    command: 'ADD',
    containerId: 'c1',
    netns: '/nowhere',
    ifName: 'eth0',
    args: '',
    path: [peers],
    config,
    ...more,
  }
}

const staticIpam = {
  type: 'static',
  addresses: [{ address: '10.10.0.5/24', gateway: '10.10.0.254' }, { address: '3ffe:ffff:0:01ff::1/64' }],
  routes: [
    { dst: '0.0.0.0/0' },
    { dst: '192.168.0.0/16', gw: '10.10.5.1' },
    { dst: '3ffe:ffff:0:01ff::1/64', gw: '3FFE:ffff::1' },
  ],
  dns: { nameservers: ['1.1.1.1'], domain: 'example.com', search: ['a', 'b'], options: ['ndots:2'] },
}

describe("upstream's static", { skip: withoutPeers('static', 'host-local') }, () => {
  for (const version of supportedVersions) {
    const config = { cniVersion: version, name: 'net', type: 'static', ipam: staticIpam }

    test(`its result in ${version} is printed again byte for byte`, () => {
      const env = {
        CNI_COMMAND: 'ADD',
        CNI_CONTAINERID: 'c1',
        CNI_NETNS: '/nowhere',
        CNI_IFNAME: 'eth0',
        CNI_PATH: peers,
      }
      const { stdout } = runProgram([join(peers, 'static')], { env, input: JSON.stringify(config) })
      assert.equal(formatResult(parseResult(parseJson(stdout), version), version), stdout)
    })

    test(`its result in ${version} converts to every other version as it would have printed it`, async () => {
      const result = parsePluginResult((await execPlugin(invocation('static', config))) ?? null, version)
      for (const other of supportedVersions) {
        const printed = await execPlugin(invocation('static', { ...config, cniVersion: other }))
        assert.deepEqual(resultToVersion(result, other), printed, `${version} to ${other}`)
      }
    })
  }

  test('its answer to VERSION is understood', async () => {
    const libcni = { invoke: execPlugin, cacheDir: '/nowhere', path: [peers] }
    assert.deepEqual(await getPluginVersions(libcni, 'static'), supportedVersions)
  })

  test('its refusal of a version arrives with code and details', async () => {
    const config = { cniVersion: '9.9.9', name: 'net', type: 'static', ipam: staticIpam }
    await assert.rejects(execPlugin(invocation('static', config)), {
      code: 1,
      msg: 'incompatible CNI versions',
      details: /^config is "9\.9\.9", plugin supports \["0\.1\.0" /,
    })
  })
})

function hostLocal(t: TestContext): { config: JsonObject; allocated: () => string[] } {
  const dataDir = mkdtempSync(join(tmpdir(), 'plait-peers-'))
  t.after(() => rmSync(dataDir, { recursive: true }))
  const ipam = { type: 'host-local', dataDir, subnet: '10.6.0.0/30' }
  const config = { cniVersion: '1.1.0', name: 'net', type: 'host-local', ipam }
  return { config, allocated: () => readdirSync(join(dataDir, 'net')).filter((name) => /^\d/.test(name)) }
}

describe("upstream's host-local", { skip: withoutPeers('static', 'host-local') }, () => {
  test('it allocates for ADD, checks for CHECK and releases for DEL', async (t) => {
    const { config, allocated } = hostLocal(t)
    const printed = (await execPlugin(invocation('host-local', config))) ?? null
    const result = parsePluginResult(printed, '')
    assert.deepEqual(result.ips, [{ address: '10.6.0.2/30', gateway: '10.6.0.1' }])
    assert.deepEqual(allocated(), ['10.6.0.2'])
    const prevResult = resultToVersion(result, '1.1.0')
    await execPlugin(invocation('host-local', { ...config, prevResult }, { command: 'CHECK' }))
    await execPlugin(invocation('host-local', { ...config, prevResult }, { command: 'DEL', netns: '' }))
    assert.deepEqual(allocated(), [])
  })

  test('its errors arrive with their texts', async (t) => {
    const { config } = hostLocal(t)
    await execPlugin(invocation('host-local', config))
    await assert.rejects(execPlugin(invocation('host-local', config)), {
      code: 999,
      message: /duplicate allocation is not allowed$/,
      id: 'cni/plugin-failed',
    })
    await assert.rejects(execPlugin(invocation('host-local', config, { containerId: 'c2' })), {
      message: 'failed to allocate for range 0: no IP addresses available in range set: 10.6.0.1-10.6.0.2',
    })
    await assert.rejects(execPlugin(invocation('host-local', config, { args: 'NEW=1' })), {
      message: 'ARGS: unknown args ["NEW=1"]',
    })
  })
})
