// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import type { PluginHost, PluginInvocation, ProcessRequest } from '../../cni/index.ts'
import { createForeignInvoke, findPlace } from './run-foreign.ts'

function invocation(more: Partial<PluginInvocation>): PluginInvocation {
  const base = {
    type: 'calico',
    command: 'ADD',
    containerId: 'c',
    netns: '',
    ifName: 'eth0',
    args: '',
  } as const
  return { ...base, path: ['/nowhere'], config: { cniVersion: '1.0.0' }, ...more }
}

/** A host that has the plugin in these directories; undefined when nobody can be asked before one waits. */
function fakeHost(directories: readonly string[], { isThere = true } = {}) {
  const ran: ProcessRequest[] = []
  const host: PluginHost = {
    find: async (_type, { wait = false } = {}) => (isThere || wait ? directories : undefined),
    run: async (request) => {
      ran.push(request)
      return { stdout: '{"cniVersion": "1.0.0", "dns": {"domain": "host"}}', stderr: '' }
    },
  }
  return { host, ran }
}

function localPlugin(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-foreign-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const script = '#!/bin/sh\necho \'{"cniVersion": "1.0.0", "dns": {"domain": "here"}}\'\n'
  writeFileSync(join(directory, 'calico'), script, { mode: 0o755 })
  return directory
}

describe('createForeignInvoke()', () => {
  test('runs a program on the host of the call, with the whole environment of a plugin', async () => {
    const { host, ran } = fakeHost(['/opt/cni/bin/'])
    const result = await createForeignInvoke({})(invocation({ host, path: ['/opt/cni/bin'] }))
    assert.deepEqual(result, { cniVersion: '1.0.0', dns: { domain: 'host' } })
    assert.equal(ran[0]?.file, '/opt/cni/bin//calico')
    assert.equal(ran[0]?.env.CNI_COMMAND, 'ADD')
    assert.equal(ran[0]?.input, '{"cniVersion":"1.0.0"}')
  })

  test('runs a program here when its directory is one that the host does not answer for', async (t) => {
    const { host, ran } = fakeHost(['/opt/cni/bin'])
    const path = [localPlugin(t), '/opt/cni/bin']
    const result = await createForeignInvoke({})(invocation({ host, path }))
    assert.deepEqual([result?.dns, ran], [{ domain: 'here' }, []])
  })

  test('uses the host that it was given for calls that bring none', async () => {
    const { host } = fakeHost(['/opt/cni/bin'])
    const result = await createForeignInvoke({ host })(invocation({ path: ['/opt/cni/bin'] }))
    assert.deepEqual(result?.dns, { domain: 'host' })
  })

  test('waits for a host only when the program is not here either', async (t) => {
    const { host } = fakeHost(['/nowhere'], { isThere: false })
    const here = await createForeignInvoke({})(invocation({ host, path: [localPlugin(t)] }))
    assert.deepEqual(here?.dns, { domain: 'here' })
    assert.deepEqual((await createForeignInvoke({})(invocation({ host })))?.dns, { domain: 'host' })
    assert.equal(await findPlace(invocation({ host }), { wait: false }), undefined)
  })

  test('starts a program on the host again that is just being replaced', async () => {
    let attempts = 0
    const host: PluginHost = {
      find: async () => ['/b'],
      run: async () =>
        ++attempts < 3
          ? { stdout: '', stderr: '', failure: 'busy', busy: true }
          : { stdout: '{}', stderr: '' },
    }
    const result = await createForeignInvoke({ busyDelayMs: 1 })(invocation({ host, path: ['/b'] }))
    assert.deepEqual([result, attempts], [{ cniVersion: '1.0.0' }, 3])
  })

  test('keeps the text of upstream when there is no such program anywhere', async () => {
    const { host } = fakeHost([])
    await assert.rejects(createForeignInvoke({})(invocation({ host, path: ['/a', '/b'] })), {
      id: 'cni/plugin-missing',
      msg: 'failed to find plugin "calico" in path [/a /b]',
    })
  })

  test('asks nobody for a type that is no file name', async () => {
    const { host } = fakeHost(['/nowhere'])
    for (const type of ['', '..', '../bin/sh', 'a/b', 'a\0b']) {
      await assert.rejects(createForeignInvoke({})(invocation({ host, type })), { id: 'cni/plugin-missing' })
    }
  })
})
