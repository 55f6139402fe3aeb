// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../../base/index.ts'
import type { PluginHost } from '../../cni/index.ts'
import { loadPlugins } from '../../plugins/index.ts'
import { createPluginRunners } from './plugin-runners.ts'
import { createForeignInvoke } from './run-foreign.ts'

/** A host that has each plugin, and the story of what it was asked. */
function fakeHost() {
  const story: string[] = []
  const host: PluginHost = {
    find: async (type) => {
      story.push(`find ${type}`)
      return ['/opt/cni/bin']
    },
    run: async ({ file }) => {
      story.push(`run ${file}`)
      return { stdout: '{"cniVersion": "1.0.0"}', stderr: '' }
    },
  }
  return { host, story }
}

test('a program that is preferred to a bundled plugin is looked for once', async () => {
  const { host, story } = fakeHost()
  const foreign = createForeignInvoke({})
  const { invoke } = createPluginRunners({
    plugins: await loadPlugins(),
    fallback: foreign,
    nestedFallback: foreign,
    preference: { otherwise: 'host', byType: new Map() },
    hosts: host,
    log: silentLog,
  })
  const call = { command: 'ADD', containerId: 'c', netns: '', ifName: 'eth0', args: '' } as const
  const config = { cniVersion: '1.0.0', name: 'lan', type: 'macvlan' }
  await invoke({ ...call, type: 'macvlan', path: ['/opt/cni/bin'], config })
  assert.deepEqual(story, ['find macvlan', 'run /opt/cni/bin/macvlan'])
})
