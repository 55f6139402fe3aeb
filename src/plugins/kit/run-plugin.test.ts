// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { object } from 'valibot'
import { KeyedMutex, silentLog } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import type { CniResult, InvokePlugin, PluginInvocation } from '../../cni/index.ts'
import { definePlugin } from './define-plugin.ts'
import type { Plugin } from './define-plugin.ts'
import type { AddCall, DelCall } from './plugin-call.ts'
import type { CallSample, RunPluginOptions } from './run-options.ts'
import { runPlugin } from './run-plugin.ts'
import { optionalText } from './schema-fields.ts'

const result: CniResult = { ips: [{ address: '10.1.2.3/24' }] }

function pluginThat(parts: {
  add?: (call: AddCall) => CniResult | Promise<CniResult>
  del?: (call: DelCall) => void
}) {
  return definePlugin({
    name: 'sample',
    kind: 'meta',
    about: 'For tests.',
    config: object({ mode: optionalText('Mode.') }),
    environmentArgs: ['MAC'],
    add: parts.add ?? (() => result),
    del: parts.del ?? (() => undefined),
    supportedVersions: ['0.2.0', '0.4.0', '1.0.0', '1.1.0'],
  })
}

const noIpam: InvokePlugin = () => Promise.reject(new Error('there is no IPAM here'))

function run(
  plugin: Plugin,
  changes: Partial<PluginInvocation> = {},
  options: Partial<RunPluginOptions> = {},
) {
  const invocation: PluginInvocation = {
    type: plugin.name,
    command: 'ADD',
    containerId: 'abc',
    netns: '/nonexistent/netns',
    ifName: 'eth0',
    args: '',
    path: [],
    config: { cniVersion: '1.0.0', name: 'lan', type: plugin.name },
    ...changes,
  }
  return runPlugin(plugin, invocation, { invoke: noIpam, log: silentLog, ...options })
}

const configOf = (changes: JsonObject): JsonObject => ({ cniVersion: '1.0.0', name: 'lan', ...changes })

describe('runPlugin()', () => {
  it("gives the result in the configuration's version", async () => {
    assert.deepEqual(await run(pluginThat({})), { cniVersion: '1.0.0', ips: [{ address: '10.1.2.3/24' }] })
    const old = await run(pluginThat({}), { config: configOf({ cniVersion: '0.2.0' }) })
    assert.deepEqual(old, { cniVersion: '0.2.0', ip4: { ip: '10.1.2.3/24' }, dns: {} })
  })

  it('answers VERSION without environment or configuration', async () => {
    const answer = await run(pluginThat({}), { command: 'VERSION', containerId: '', ifName: '', config: {} })
    assert.deepEqual(answer, { cniVersion: '1.1.0', supportedVersions: ['0.2.0', '0.4.0', '1.0.0', '1.1.0'] })
  })

  it('refuses versions that the plugin, or the verb, does not have', async () => {
    const refused = (command: PluginInvocation['command'], cniVersion: string) =>
      run(pluginThat({}), { command, config: configOf({ cniVersion }) })
    await assert.rejects(refused('ADD', '0.3.0'), {
      code: 1,
      msg: 'incompatible CNI versions',
      details: 'config is "0.3.0", plugin supports ["0.2.0" "0.4.0" "1.0.0" "1.1.0"]',
    })
    await assert.rejects(refused('CHECK', '0.2.0'), { code: 1, msg: 'config version does not allow CHECK' })
    await assert.rejects(refused('GC', '1.0.0'), { code: 1, msg: 'config version does not allow GC' })
    await assert.rejects(refused('STATUS', '1.0.0'), { code: 1, msg: 'config version does not allow STATUS' })
  })

  it('takes a configuration without a version as 0.1.0', async () => {
    await assert.rejects(run(pluginThat({}), { config: { name: 'lan' } }), { details: /config is "0\.1\.0"/ })
  })

  it('holds ids and names against the specification before the plugin is called', async () => {
    const plugin = pluginThat({ add: () => assert.fail('was called') })
    await assert.rejects(run(plugin, { containerId: '' }), { code: 4 })
    await assert.rejects(run(plugin, { containerId: '../x' }), { code: 4, details: '../x' })
    await assert.rejects(run(plugin, { ifName: 'a/b' }), { code: 4 })
    await assert.rejects(run(plugin, { netns: '' }), {
      code: 4,
      msg: 'required env variables [CNI_NETNS] missing',
    })
    await assert.rejects(run(plugin, { config: configOf({ name: '../etc' }) }), {
      code: 7,
      details: '../etc',
    })
    await assert.rejects(run(plugin, { config: { cniVersion: '1.0.0' } }), {
      code: 7,
      msg: 'missing network name',
    })
    await assert.rejects(run(plugin, { config: configOf({ name: 5 }) }), { code: 6 })
    await assert.rejects(run(plugin, { config: configOf({ cniVersion: 5 }) }), { code: 6 })
  })

  it('refuses CNI_ARGS that the plugin does not know, except for DEL', async () => {
    const seen: (string | undefined)[] = []
    const plugin = pluginThat({ add: (call) => (seen.push(call.args.get('MAC')), result) })
    await run(plugin, { args: 'MAC=02:00:00:00:00:01' })
    assert.deepEqual(seen, ['02:00:00:00:00:01'])
    await assert.rejects(run(plugin, { args: 'A=B' }), { code: 999, msg: 'ARGS: unknown args ["A=B"]' })
    await run(plugin, { command: 'DEL', args: 'A=B' })
  })

  it('gives prevResult in one shape whatever version it came in, and leaves a bad one out for DEL', async () => {
    const seen: (CniResult | undefined)[] = []
    const plugin = pluginThat({
      add: (call) => (seen.push(call.prevResult), result),
      del: (call) => void seen.push(call.prevResult),
    })
    const prevResult = { cniVersion: '0.4.0', ips: [{ version: '4', address: '10.0.0.2/24' }], dns: {} }
    await run(plugin, { config: configOf({ cniVersion: '0.4.0', prevResult }) })
    assert.deepEqual(seen[0]?.ips, [{ address: '10.0.0.2/24' }])
    await assert.rejects(run(plugin, { config: configOf({ prevResult }) }), {
      msg: /^could not parse prevResult: /,
    })
    await run(plugin, { command: 'DEL', config: configOf({ prevResult }) })
    assert.equal(seen.at(-1), undefined)
  })

  it('undoes backwards what a failed ADD had done, and keeps the error', async () => {
    const undone: string[] = []
    const plugin = pluginThat({
      add: (call) => {
        call.undo('the link', () => void undone.push('link'))
        call.undo('the address', async () => void undone.push('address'))
        throw new Error('no luck')
      },
    })
    await assert.rejects(run(plugin), { name: 'CniError', code: 999, message: 'no luck' })
    assert.deepEqual(undone, ['address', 'link'])
  })

  it('undoes an ADD whose result the version cannot express', async () => {
    const undone: string[] = []
    const plugin = pluginThat({ add: (call) => (call.undo('the link', () => void undone.push('link')), {}) })
    const config = configOf({ cniVersion: '0.2.0' })
    await assert.rejects(run(plugin, { config }), { msg: 'cannot convert: no valid IP addresses' })
    assert.deepEqual(undone, ['link'])
  })

  it('says in the details what could not be undone', async () => {
    const plugin = pluginThat({
      add: (call) => {
        call.undo('the link', () => Promise.reject(new Error('device or resource busy')))
        throw new Error('no luck')
      },
    })
    await assert.rejects(run(plugin), {
      msg: 'no luck',
      details: 'Cannot undo the link: device or resource busy',
    })
  })

  it('keeps what a successful ADD did', async () => {
    await run(pluginThat({ add: (call) => (call.undo('nothing', () => assert.fail('was undone')), result) }))
  })

  it('runs calls for one attachment one after the other, and those of others beside them', async () => {
    const events: string[] = []
    const gate = Promise.withResolvers<void>()
    const plugin = pluginThat({
      add: async ({ containerId }) => {
        events.push(`add ${containerId}`)
        if (containerId === 'abc') await gate.promise
        events.push(`added ${containerId}`)
        return result
      },
      del: ({ containerId }) => void events.push(`del ${containerId}`),
    })
    const locks = new KeyedMutex()
    const calls = [run(plugin, {}, { locks }), run(plugin, { command: 'DEL' }, { locks })]
    await run(plugin, { containerId: 'other' }, { locks })
    gate.resolve()
    await Promise.all(calls)
    assert.deepEqual(events, ['add abc', 'add other', 'added other', 'added abc', 'del abc'])
  })

  it('does not start when its time is over', async () => {
    const plugin = pluginThat({ add: () => assert.fail('was called') })
    await assert.rejects(run(plugin, { signal: AbortSignal.abort(new Error('too late')) }), {
      message: 'too late',
    })
  })

  it('tells how long each call took and whether it failed', async () => {
    const samples: CallSample[] = []
    const observe = (sample: CallSample) => void samples.push(sample)
    await run(pluginThat({}), {}, { observe })
    await assert.rejects(run(pluginThat({}), { containerId: '' }, { observe }))
    assert.deepEqual(
      samples.map(({ plugin, command, failed }) => ({ plugin, command, failed })),
      [
        { plugin: 'sample', command: 'ADD', failed: false },
        { plugin: 'sample', command: 'ADD', failed: true },
      ],
    )
  })
})
