// SPDX-License-Identifier: Apache-2.0

// Upstream's library against ours: the same verbs on the same configurations must ask the plugins the same things, print
// the same results and errors, and leave the same cache files.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ourWorld, prepareGround, prevResultOf, upstreamWorld, withoutWorlds } from './libcni-worlds.ts'
import type { Verb } from './libcni-worlds.ts'

const answers = {
  current: JSON.stringify({
    cniVersion: '1.1.0',
    interfaces: [{ name: 'eth0', mac: '00:11:22:33:44:55', mtu: 1500, sandbox: '/nowhere/pod1' }],
    ips: [{ address: '10.0.0.2/24', gateway: '10.0.0.1', interface: 0 }, { address: 'fd00::2/64' }],
    routes: [{ dst: '0.0.0.0/0', gw: '10.0.0.1', priority: 100, table: 0 }],
    dns: { nameservers: ['10.0.0.53'], domain: 'a<b' },
  }),
  '0.4.0': JSON.stringify({
    cniVersion: '0.4.0',
    interfaces: [{ name: 'eth0' }],
    ips: [{ version: '4', address: '10.0.0.2/24', interface: 0 }],
    dns: {},
  }),
  '0.2.0': JSON.stringify({
    cniVersion: '0.2.0',
    ip4: { ip: '10.0.0.2/24', gateway: '10.0.0.1', routes: [{ dst: '0.0.0.0/0' }] },
  }),
  'without a version': '{}',
}

const chain = [
  { type: 'rec', mtu: 1400, text: '<&>', deep: { list: [1, { x: null }] } },
  { type: 'rec2', name: 'second', capabilities: { portMappings: true, mac: false, a: true, none: true } },
]

function list(more: object): Record<string, string> {
  return { '10-net.conflist': JSON.stringify({ name: 'net', plugins: chain, ...more }) }
}

const current = { cniVersion: '1.1.0' }

const scenarios: Readonly<Record<string, { files: Record<string, string>; answer: keyof typeof answers }>> = {
  'a chain of 1.1.0': { files: list(current), answer: 'current' },
  'a chain of 0.4.0': { files: list({ cniVersion: '0.4.0' }), answer: '0.4.0' },
  'a chain of 0.2.0': { files: list({ cniVersion: '0.2.0' }), answer: '0.2.0' },
  'plugins that name no version': { files: list(current), answer: 'without a version' },
  'several versions': {
    files: list({ cniVersion: '0.3.1', cniVersions: ['0.4.0', '1.1.0', '9.0.0'] }),
    answer: 'current',
  },
  'flags as text': {
    files: list({ ...current, disableCheck: 'TRUE', disableGC: 'true' }),
    answer: 'current',
  },
  'a single plugin': {
    files: { '10-net.conf': JSON.stringify({ cniVersion: '0.4.0', ...chain[1], name: 'net' }) },
    answer: '0.4.0',
  },
  'plugins in a folder': {
    files: {
      ...list(current),
      'net/20.conf': JSON.stringify({ type: 'rec', from: 'folder' }),
      'net/10.conf': JSON.stringify({ type: 'rec2', capabilities: { mac: true } }),
      'net/30.json': '{',
    },
    answer: 'current',
  },
  'only inlined plugins': {
    files: { ...list({ ...current, loadOnlyInlinedPlugins: true }), 'net/20.conf': '{' },
    answer: 'current',
  },
  'several files': {
    files: {
      '05-other.conflist': JSON.stringify({ name: 'other', plugins: chain }),
      '01-net.conf': '{',
      ...list(current),
    },
    answer: 'current',
  },
}

const verbs: readonly Verb[] = ['status', 'add', 'check', 'del', 'del', 'add', 'gc', 'check']

describe('libcni', { skip: withoutWorlds() }, () => {
  for (const [name, { files, answer }] of Object.entries(scenarios)) {
    test(`${name}: every verb does what upstream does`, async (t) => {
      const ground = prepareGround(t, files, answers[answer])
      const [upstream, ours] = [upstreamWorld(ground), ourWorld(ground)]
      for (const [index, verb] of verbs.entries()) {
        const step = `step ${index + 1}, ${verb}`
        const expected = await upstream.run(verb)
        const { cache, ...rest } = await ours.run(verb)
        assert.deepEqual(
          { ...rest, cache: withoutConfig(cache) },
          { ...expected, cache: withoutConfig(expected.cache) },
          step,
        )
        if (name !== 'plugins in a folder') assert.deepEqual(cache, expected.cache, step)
      }
    })
  }

  const failures: Readonly<Record<string, { files: Record<string, string>; verbs: readonly Verb[] }>> = {
    'a plugin that fails': {
      files: list({ ...current, plugins: [chain[0], { type: 'fails', name: 'third' }, chain[1]] }),
      verbs: ['add', 'check', 'status'],
    },
    'a plugin that fails alone': {
      files: list({ ...current, plugins: [{ type: 'fails' }] }),
      verbs: ['del'],
    },
    'a plugin that is missing': {
      files: list({ ...current, plugins: [{ type: 'nope' }] }),
      verbs: ['add', 'del', 'check'],
    },
    'a type with a separator': {
      files: list({ ...current, plugins: [{ type: '../bin/rec' }] }),
      verbs: ['add', 'del'],
    },
    'CHECK of an old version': { files: list({ cniVersion: '0.3.1' }), verbs: ['check'] },
    'no such network': { files: { 'a.conf': '{"name":"other","type":"rec"}' }, verbs: ['add', 'status'] },
    'no configuration': { files: { 'readme.md': '' }, verbs: ['add'] },
  }

  for (const [name, { files, verbs: tried }] of Object.entries(failures)) {
    test(`${name}: the error is upstream's`, async (t) => {
      const ground = prepareGround(t, files, answers.current)
      const [upstream, ours] = [upstreamWorld(ground), ourWorld(ground)]
      for (const verb of tried) {
        const expected = await upstream.run(verb)
        const actual = await ours.run(verb)
        assert.notEqual(actual.error, '', verb)
        assert.deepEqual(actual, expected, verb)
      }
    })
  }

  test('cnitool deletes what we added, with our result', async (t) => {
    const ground = prepareGround(t, list(current), answers.current)
    const ours = ourWorld(ground)
    await ours.run('add')
    const { calls, error, cache } = await upstreamWorld(ground, ours.cacheDir).run('del')
    assert.equal(error, '')
    assert.equal(calls.length, 2)
    for (const call of calls) assert.deepEqual(prevResultOf(call), JSON.parse(answers.current))
    assert.deepEqual(cache, {})
  })

  test('we check and delete what cnitool added, with its result', async (t) => {
    const ground = prepareGround(t, list(current), answers.current)
    const upstream = upstreamWorld(ground)
    await upstream.run('add')
    const ours = ourWorld(ground, upstream.cacheDir)
    for (const verb of ['check', 'del'] as const) {
      const { calls, error } = await ours.run(verb)
      assert.equal(error, '')
      for (const call of calls) assert.deepEqual(prevResultOf(call), JSON.parse(answers.current))
    }
    assert.deepEqual((await ours.run('status')).cache, {})
  })

  test('cnitool collects what we added and forgot', async (t) => {
    const ground = prepareGround(t, list(current), answers.current)
    const ours = ourWorld(ground)
    await ours.run('add')
    const { calls, cache } = await upstreamWorld(ground, ours.cacheDir).run('gc')
    assert.deepEqual(
      calls.map(({ variables }) => variables['CNI_COMMAND']),
      ['DEL', 'DEL', 'GC', 'GC'],
    )
    assert.deepEqual(cache, {})
  })

  test('where upstream drops a corrupt result we keep it aside, and both release', async (t) => {
    const ground = prepareGround(t, list(current), answers.current)
    for (const [world, left] of [
      [upstreamWorld(ground), []],
      [ourWorld(ground), ['.corrupt']],
    ] as const) {
      const [file = ''] = Object.keys((await world.run('add')).cache)
      writeFileSync(join(world.cacheDir, 'results', file), '{"kind":"cniCacheV1","resu')
      const { error, calls, cache } = await world.run('del')
      assert.equal(error, '')
      assert.deepEqual(calls.map(prevResultOf), [undefined, undefined])
      assert.deepEqual(
        Object.keys(cache),
        left.map((suffix) => `${file}${suffix}`),
      )
    }
  })
})

// With plugins in a folder upstream stores the file of the list alone; we store the whole list (DLG-9).
function withoutConfig(cache: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(cache).map(([name, text]) => [name, text.replace(/"config":"[^"]*"/, '')]),
  )
}
