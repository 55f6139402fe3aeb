// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CniError } from '../error.ts'
import { fakePlugins } from '../testing/fake-plugins.ts'
import { pluginMissing } from '../validate.ts'
import { delegateAdd, delegateCommand } from './delegate.ts'
import type { PluginInvocation } from './invocation.ts'

const request: PluginInvocation = {
  type: 'bridge',
  command: 'ADD',
  containerId: 'c1',
  netns: '/run/netns/a',
  ifName: 'eth0',
  args: 'IP=10.0.0.2',
  path: ['/opt/cni/bin'],
  config: { cniVersion: '0.4.0', name: 'net', type: 'bridge', ipam: { type: 'host-local' } },
}

test('delegateAdd() passes the request on unchanged and parses the result', async () => {
  const plugins = fakePlugins({ 'host-local': () => ({ ips: [{ version: '4', address: '10.0.0.2/24' }] }) })
  const result = await delegateAdd('host-local', request, plugins.invoke)
  assert.deepEqual(result.ips, [{ address: '10.0.0.2/24' }])
  assert.deepEqual(plugins.calls, [{ ...request, type: 'host-local' }])
  assert.equal(plugins.calls[0]?.config, request.config)
})

test('delegateAdd() runs DEL when ADD fails or gives what cannot be used', async () => {
  const failing = fakePlugins({
    ipam: ({ command }) => {
      if (command === 'ADD') throw new CniError(11, 'busy')
      return undefined
    },
  })
  await assert.rejects(delegateAdd('ipam', request, failing.invoke), { code: 11 })
  assert.deepEqual(failing.story(), ['ADD ipam', 'DEL ipam'])
  const broken = fakePlugins({ ipam: () => ({ ips: [{ address: 'x' }] }) })
  await assert.rejects(delegateAdd('ipam', request, broken.invoke), { code: 6 })
  assert.deepEqual(broken.story(), ['ADD ipam', 'DEL ipam'])
})

test('delegateAdd() runs DEL even when the request was given up', async () => {
  const signal = AbortSignal.abort()
  const plugins = fakePlugins({
    ipam: (call) => {
      if (call.signal?.aborted) throw new CniError(999, 'given up')
      return undefined
    },
  })
  await assert.rejects(delegateAdd('ipam', { ...request, signal }, plugins.invoke), /given up/)
  assert.deepEqual(plugins.story(), ['ADD ipam', 'DEL ipam'])
})

test('delegateAdd() tells both failures when DEL fails for another reason', async () => {
  const plugins = fakePlugins({
    ipam: ({ command }) => {
      throw new CniError(999, `${command} went wrong`)
    },
  })
  await assert.rejects(delegateAdd('ipam', request, plugins.invoke), (error: AggregateError) => {
    return error.errors.map(String).join() === 'CniError: ADD went wrong,CniError: DEL went wrong'
  })
  const same = fakePlugins({
    ipam: () => {
      throw new CniError(7, 'no ranges')
    },
  })
  await assert.rejects(delegateAdd('ipam', request, same.invoke), { code: 7, message: 'no ranges' })
})

test('delegateAdd() does not run DEL of a plugin that is not there', async () => {
  const plugins = fakePlugins({
    nope: () => {
      throw pluginMissing('failed to find plugin "nope" in path [/opt/cni/bin]')
    },
  })
  await assert.rejects(delegateAdd('nope', request, plugins.invoke), { id: 'cni/plugin-missing' })
  assert.deepEqual(plugins.story(), ['ADD nope'])
})

test('delegateCommand() passes the other verbs on', async () => {
  const plugins = fakePlugins()
  for (const command of ['CHECK', 'DEL', 'STATUS', 'GC'] as const) {
    await delegateCommand(command, { type: 'ipam', request, invoke: plugins.invoke })
  }
  assert.deepEqual(plugins.story(), ['CHECK ipam', 'DEL ipam', 'STATUS ipam', 'GC ipam'])
})
