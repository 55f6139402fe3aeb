// SPDX-License-Identifier: Apache-2.0

// What plugins refuse: values of a wrong type, masters that cannot be used.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sample } from 'fast-check'
import type { JsonObject } from '../../src/base/index.ts'
import { loadPlugins } from '../../src/plugins/index.ts'
import { configRows } from '../../src/plugins/kit/config-table.ts'
import { replaceAt, sharedRows, wrongValue } from '../../src/plugins/kit/contract/bad-config.ts'
import { checkLeaks, runIn, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { assertAttachesPods, assertRefused, assertSilentSuccess, readRefusal, useNode } from './refusal.ts'
import { macvlanOnCard } from './test-node.ts'

checkLeaks()

const staticIpam = { type: 'static', addresses: [{ address: '10.4.0.2/24' }] }
const asIs = (config: JsonObject): JsonObject => config
const plugins: Readonly<Record<string, { good: JsonObject; network: (config: JsonObject) => JsonObject }>> = {
  macvlan: { good: macvlanOnCard, network: asIs },
  bridge: { good: { ...macvlanOnCard, type: 'bridge', bridge: 'br-bad' }, network: asIs },
  'host-local': { good: macvlanOnCard, network: asIs },
  static: { good: { ...macvlanOnCard, ipam: staticIpam }, network: asIs },
  sbr: {
    good: { type: 'sbr' },
    network: (config) => ({ cniVersion: '1.0.0', plugins: [macvlanOnCard, config] }),
  },
}

describe('a plugin configuration that cannot be used', { skip: noShim || noNamespaces }, () => {
  const node = useNode()

  for (const [type, { good, network }] of Object.entries(plugins)) {
    test(`is refused for a value of a wrong type in any key of ${type}, in one line that names the key`, async (t) => {
      const plugin = (await loadPlugins()).get(type)
      assert.ok(plugin)
      const rows = [...configRows(plugin), ...(type === 'macvlan' ? sharedRows : [])]
      const sandbox = node().addPod(t)
      const before = node().stock(sandbox)
      for (const [index, { key, type: right }] of rows.entries()) {
        const [value = null] = sample(wrongValue(right), 1)
        const config = network(replaceAt(good, key, value))
        const name = `${type}-${index}`
        node().addNetwork(name, config)
        const pod = { ...node().addPod(t, name), container: sandbox.container }
        const { code, msg } = readRefusal(await node().call('ADD', pod), node(), pod)
        const names = key.replaceAll('[]', '').split('.').slice(-2)
        const isNamed = names.some((one) => msg.includes(one))
        assert.ok(
          isNamed && [6, 7, 999].includes(code),
          `${key} in ${JSON.stringify(config)}: ${code} ${msg}`,
        )
        assertSilentSuccess(await node().call('DEL', pod))
      }
      assert.deepEqual(node().stock(sandbox), before)
      await assertAttachesPods(t, node())
    })
  }

  test('is refused when the master does not exist, with the names of those that do', async (t) => {
    node().addNetwork('no-master', { ...macvlanOnCard, master: 'ens6' })
    await assertRefused(t, node(), {
      networks: 'no-master',
      refusal: {
        code: 999,
        msg: '[POD:no-master]: error adding container to network "no-master": failed to lookup master "ens6": Link not found',
        details: 'the host has card-far, card, cni0; correct "master" or add the interface',
      },
    })
  })

  test('is refused when the master has a name that no interface can have', async (t) => {
    node().addNetwork('long-master', { ...macvlanOnCard, master: 'ens6-of-the-second-card' })
    await assertRefused(t, node(), {
      networks: 'long-master',
      refusal: {
        code: 999,
        msg: '[POD:long-master]: error adding container to network "long-master": failed to lookup master "ens6-of-the-second-card": Link not found',
        details: 'the host has card-far, card, cni0; correct "master" or add the interface',
      },
    })
  })

  test('is refused when the master is a port of a bridge already, with the name of the bridge', async (t) => {
    const { host } = node().daemon
    runIn(host, 'ip', 'link', 'add', 'br-ex', 'type', 'bridge')
    runIn(host, 'ip', 'link', 'set', 'card', 'master', 'br-ex')
    await assertRefused(t, node(), {
      networks: 'good',
      refusal: {
        code: 999,
        msg: '[POD:good]: error adding container to network "good": failed to create macvlan: RTM_NEWLINK macvlan net1: device or resource busy',
        details: 'master "card" is a port of "br-ex"; use that as "master", or free the port',
      },
      repair: () => void runIn(host, 'ip', 'link', 'del', 'br-ex'),
    })
  })

  test('is refused when the bridge is an interface of another kind', async (t) => {
    node().addNetwork('no-bridge', { ...macvlanOnCard, type: 'bridge', bridge: 'card' })
    await assertRefused(t, node(), {
      networks: 'no-bridge',
      refusal: {
        code: 999,
        msg: '[POD:no-bridge]: error adding container to network "no-bridge": failed to create bridge "card": "card" already exists but is not a bridge',
      },
    })
  })
})
