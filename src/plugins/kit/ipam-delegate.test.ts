// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { object } from 'valibot'
import { silentLog } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import type { InvokePlugin, PluginInvocation } from '../../cni/index.ts'
import { createBundledInvoke } from './bundled-invoke.ts'
import { definePlugin } from './define-plugin.ts'
import type { AddCall } from './plugin-call.ts'

/** A network of a plugin that makes nothing but asks its IPAM plugin, which is the script. */
function network(script: InvokePlugin, afterAdd: (call: AddCall) => void = () => undefined) {
  const seen: PluginInvocation[] = []
  const main = definePlugin({
    name: 'sample',
    kind: 'main',
    about: 'For tests.',
    config: object({}),
    add: async (call) => {
      const result = await call.ipam.add()
      afterAdd(call)
      return result
    },
    del: (call) => call.ipam.del(),
    check: (call) => call.ipam.check(),
  })
  const invoke = createBundledInvoke({
    plugins: new Map([['sample', main]]),
    fallback: async (invocation) => {
      seen.push(invocation)
      return script(invocation)
    },
    log: silentLog,
  })
  const run = (command: PluginInvocation['command'], config: JsonObject = {}) =>
    invoke({
      type: 'sample',
      command,
      containerId: 'abc',
      netns: '/nonexistent/netns',
      ifName: 'eth0',
      args: 'IgnoreUnknown=1;K8S_POD_NAME=web',
      path: ['/opt/cni/bin'],
      config: {
        cniVersion: '1.1.0',
        name: 'lan',
        type: 'sample',
        ipam: { type: 'pool', range: 'x' },
        ...config,
      },
    })
  return { run, seen, commands: () => seen.map(({ command }) => command) }
}

const given = { cniVersion: '1.1.0', ips: [{ address: '10.1.2.3/24' }] }

describe('the IPAM delegate', () => {
  it('refuses more addresses than an interface can sensibly have, and gives them back', async () => {
    const ips = Array.from({ length: 257 }, (_, index) => ({
      address: `10.1.${index >> 8}.${index & 255}/16`,
    }))
    const { run, commands } = network(async () => ({ cniVersion: '1.1.0', ips }))
    await assert.rejects(run('ADD'), /Cannot configure 257 addresses: at most 256 are possible/)
    assert.deepEqual(commands(), ['ADD', 'DEL'])
  })

  it('hands the whole configuration and the same environment on', async () => {
    const { run, seen } = network(async () => given)
    await run('ADD')
    const [call] = seen
    assert.equal(call?.type, 'pool')
    assert.equal(call?.args, 'IgnoreUnknown=1;K8S_POD_NAME=web')
    assert.deepEqual(call?.path, ['/opt/cni/bin'])
    assert.deepEqual(call?.config, {
      cniVersion: '1.1.0',
      name: 'lan',
      type: 'sample',
      ipam: { type: 'pool', range: 'x' },
    })
  })

  it('gives the addresses back when the plugin fails afterwards, even if its time is over', async () => {
    const { run, seen, commands } = network(
      async () => given,
      () => {
        throw new Error('no luck')
      },
    )
    await assert.rejects(run('ADD'), { message: 'no luck' })
    assert.deepEqual(commands(), ['ADD', 'DEL'])
    assert.notEqual(seen[0]?.signal, seen[1]?.signal)
  })

  it('gives back what came without an address', async () => {
    const { run, commands } = network(async () => ({ cniVersion: '1.1.0' }))
    await assert.rejects(run('ADD'), { code: 999, msg: 'IPAM plugin returned missing IP config' })
    assert.deepEqual(commands(), ['ADD', 'DEL'])
  })

  it('does not take addresses back that a failed ADD never gave: they may be of an earlier one', async () => {
    const { run, commands } = network(() => Promise.reject(new CniError(11, 'come back later')))
    await assert.rejects(run('ADD'), { code: 11, message: 'come back later' })
    assert.deepEqual(commands(), ['ADD'])
  })

  it('refuses a type that is a path', async () => {
    const { run, seen } = network(async () => given)
    await assert.rejects(run('ADD', { ipam: { type: '../../sbin/reboot' } }), /invalid plugin name/)
    assert.equal(seen.length, 0)
  })

  it('does nothing for a network without addresses, except that ADD says so', async () => {
    const { run, seen } = network(async () => given)
    await assert.rejects(run('ADD', { ipam: {} }), { message: 'no plugin name provided' })
    await run('DEL', { ipam: {} })
    await run('CHECK', { ipam: {} })
    assert.equal(seen.length, 0)
  })

  it('is passed GC and STATUS of a main plugin', async () => {
    const { run, commands } = network(async () => undefined)
    await run('GC', { 'cni.dev/valid-attachments': [] })
    await run('STATUS')
    assert.deepEqual(commands(), ['GC', 'STATUS'])
  })

  it('tells STATUS what the IPAM plugin says', async () => {
    const { run } = network(() => Promise.reject(new CniError(50, 'the pool is closed')))
    await assert.rejects(run('STATUS'), { code: 50, message: 'the pool is closed' })
  })
})

describe('GC', () => {
  it('takes the older spelling of the list, and null for an empty one', async () => {
    const { run, commands } = network(async () => undefined)
    await run('GC', { 'cni.dev/attachments': [{ containerID: 'abc', ifname: 'eth0' }] })
    await run('GC', { 'cni.dev/valid-attachments': null })
    assert.deepEqual(commands(), ['GC', 'GC'])
  })

  it('refuses a missing or malformed list, because guessing would free addresses in use', async () => {
    const { run, seen } = network(async () => undefined)
    await assert.rejects(run('GC'), { code: 7, message: /is missing/ })
    await assert.rejects(run('GC', { 'cni.dev/valid-attachments': 'all' }), {
      code: 7,
      message: /must be a list/,
    })
    await assert.rejects(run('GC', { 'cni.dev/valid-attachments': [{ containerID: 5 }] }), {
      code: 7,
      message: /\[0\]/,
    })
    assert.equal(seen.length, 0)
  })
})
