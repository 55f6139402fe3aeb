// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleList, exampleRuntime, libcniWith } from '../testing/example-network.ts'
import { fakePlugins } from '../testing/fake-plugins.ts'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { addNetworkList } from './add.ts'
import { checkNetworkList } from './check.ts'
import { delNetworkList } from './del.ts'
import { gcNetworkList } from './gc.ts'
import type { Libcni } from './libcni.ts'
import { statusNetworkList } from './status.ts'
import { getPluginVersions } from './validate-network.ts'

const list = exampleList()

const operations: Readonly<Record<string, (libcni: Libcni) => Promise<unknown>>> = {
  ADD: (libcni) => addNetworkList(libcni, list, exampleRuntime),
  CHECK: (libcni) => checkNetworkList(libcni, list, exampleRuntime),
  DEL: (libcni) => delNetworkList(libcni, list, exampleRuntime),
  GC: (libcni) => gcNetworkList(libcni, list, []),
  STATUS: (libcni) => statusNetworkList(libcni, list),
  VERSION: (libcni) => getPluginVersions(libcni, 'old'),
}

for (const [command, operate] of Object.entries(operations)) {
  test(`${command} hands the signal, the environment and the directories on to every plugin`, async (t) => {
    const plugins = fakePlugins({ old: () => ({ cniVersion: '0.2.0' }) })
    const { signal } = new AbortController()
    const env = { HOME: '/root' }
    await operate({ ...libcniWith(plugins, scratchDirectory(t)), signal, env })
    assert.ok(plugins.calls.length > 0)
    for (const call of plugins.calls) {
      assert.equal(call.command, command)
      assert.equal(call.signal, signal)
      assert.equal(call.env, env)
      assert.deepEqual(call.path, ['/opt/cni/bin'])
    }
  })
}
