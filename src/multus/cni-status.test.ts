// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CniError } from '../cni/index.ts'
import { createFakeNode } from './fakes/fake-node.ts'
import type { FakeNode } from './fakes/fake-node.ts'

const env = { CNI_CONTAINERID: '', CNI_NETNS: '', CNI_IFNAME: '', CNI_ARGS: '' }
const delegate = (type: string, cniVersion = '1.1.0') => ({ type, name: type, cniVersion })

function node(t: { after(fn: () => void): void }): FakeNode {
  const made = createFakeNode()
  t.after(() => made[Symbol.dispose]())
  for (const type of ['a', 'b']) made.plugins.install(type)
  return made
}

const call = (more: object) => ({ env, config: { cniVersion: '1.1.0', ...more } })

describe('STATUS', () => {
  test('asks the default network alone (STA-1)', async (t) => {
    const { run, plugins } = node(t)
    assert.equal(await run('STATUS', call({ delegates: [delegate('a'), delegate('b')] })), '')
    assert.deepEqual(plugins.lines, ['STATUS a  a'])
  })

  test('gives the error of the plugin as it is, so that the code arrives (STA-2, BUG-6)', async (t) => {
    const { run, plugins } = node(t)
    plugins.install('a', { STATUS: new CniError(50, 'not ready', { details: 'no route' }) })
    for (const config of [delegate('a'), { name: 'l', cniVersion: '1.1.0', plugins: [{ type: 'a' }] }]) {
      await assert.rejects(run('STATUS', call({ delegates: [config] })), {
        code: 50,
        msg: 'not ready',
        details: 'no route',
      })
    }
  })

  test('succeeds for a default network that has no STATUS', async (t) => {
    const { run, plugins } = node(t)
    await run('STATUS', call({ delegates: [delegate('a', '1.0.0')] }))
    assert.deepEqual(plugins.lines, [])
  })

  test('says that the default network cannot be found, without an event about no pod (BUG-44)', async (t) => {
    const { run, cluster } = node(t)
    await assert.rejects(run('STATUS', call({ clusterNetwork: 'absent' })), {
      code: 999,
      message:
        /^Multus: failed to get clusterNetwork: GetDefaultNetworks: failed to get clusterNetwork absent in namespace kube-system/,
    })
    assert.deepEqual(cluster.events, [])
  })

  test('needs a configuration of 1.1.0', async (t) => {
    const { run } = node(t)
    await assert.rejects(
      run('STATUS', { env, config: { cniVersion: '1.0.0', delegates: [delegate('a')] } }),
      {
        code: 1,
        message: 'config version does not allow STATUS',
      },
    )
  })

  test('waits for the readiness indicator (RDY-1)', async (t) => {
    const { run } = node(t)
    const config = { delegates: [delegate('a')], readinessindicatorfile: '/nonexistent' }
    await assert.rejects(
      run('STATUS', call(config)),
      /still waiting for readinessindicatorfile @ \/nonexistent/,
    )
  })
})
