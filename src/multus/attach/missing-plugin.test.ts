// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CniError } from '../../cni/index.ts'
import type { PluginInvocation } from '../../cni/index.ts'
import { explainingMissingPlugins, suggestion } from './missing-plugin.ts'

const bundled = ['bridge', 'host-local', 'loopback', 'macvlan', 'sbr', 'static']
const call: PluginInvocation = {
  type: 'macvaln',
  command: 'ADD',
  containerId: 'c1',
  netns: '',
  ifName: 'net1',
  args: '',
  path: ['/opt/cni/bin'],
  config: {},
}

describe('suggestion()', () => {
  test('finds letters that were swapped, forgotten or put in another case', () => {
    assert.equal(suggestion('macvaln', bundled), 'bundled plugins with a near name: macvlan')
    assert.equal(suggestion('Bridge', bundled), 'bundled plugins with a near name: bridge')
    assert.equal(suggestion('hostlocal', bundled), 'bundled plugins with a near name: host-local')
    assert.equal(suggestion('mac-vlan', bundled), 'bundled plugins with a near name: macvlan')
  })

  test('names all there are when nothing is near', () => {
    assert.equal(
      suggestion('calico', bundled),
      'bundled plugins: bridge, host-local, loopback, macvlan, sbr, static',
    )
  })
})

describe('explainingMissingPlugins()', () => {
  const missing = new CniError(999, 'failed to find plugin "macvaln" in path [/opt/cni/bin]', {
    id: 'cni/plugin-missing',
  })
  const failing = (error: Error) => {
    const invoke = async (): Promise<undefined> => {
      throw error
    }
    return explainingMissingPlugins(invoke, async () => bundled)
  }

  test("keeps upstream's text and adds what may have been meant", async () => {
    await assert.rejects(failing(missing)(call), {
      code: 999,
      id: 'cni/plugin-missing',
      msg: 'failed to find plugin "macvaln" in path [/opt/cni/bin]',
      details: 'bundled plugins with a near name: macvlan',
    })
  })

  test('speaks of the plugin that is missing, not of the one that asked for it', async () => {
    const ipam = new CniError(999, 'failed to find plugin "host-locl" in path [/opt/cni/bin]', {
      id: 'cni/plugin-missing',
    })
    await assert.rejects(failing(ipam)({ ...call, type: 'macvlan' }), {
      details: 'bundled plugins with a near name: host-local',
    })
  })

  test('takes a path for no plugin that could have been meant', async () => {
    const path = new CniError(999, 'invalid plugin name: ../../bin/sh', { id: 'cni/plugin-missing' })
    await assert.rejects(failing(path)({ ...call, type: 'macvlan' }), {
      details: 'bundled plugins: bridge, host-local, loopback, macvlan, sbr, static',
    })
  })

  test('leaves other failures and successes alone', async () => {
    const other = new CniError(11, 'no address')
    await assert.rejects(failing(other)(call), other)
    const invoke = explainingMissingPlugins(
      async () => ({ ok: true }),
      async () => assert.fail('nothing is missing'),
    )
    assert.deepEqual(await invoke(call), { ok: true })
  })
})
