// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { CniError } from '../cni/index.ts'
import { createFakeNode } from './fakes/fake-node.ts'
import type { FakeNode } from './fakes/fake-node.ts'
import { networksAnnotation } from './networks/networks.ts'

const config = { clusterNetwork: 'weave' }

async function nodeWithPod(t: { after(fn: () => void): void }, version = '1.0.0'): Promise<FakeNode> {
  const node = createFakeNode()
  t.after(() => node[Symbol.dispose]())
  for (const type of ['weave-net', 'macvlan']) node.plugins.install(type)
  node.cluster.putDefinition('kube-system/weave', { type: 'weave-net', name: 'weave', cniVersion: '1.0.0' })
  node.cluster.putDefinition('default/net1', {
    name: 'net1',
    cniVersion: version,
    plugins: [{ type: 'macvlan' }],
  })
  node.cluster.putPod({ annotations: { [networksAnnotation]: 'net1' } })
  await node.run('ADD', { config })
  node.plugins.calls.length = 0
  return node
}

describe('CHECK', () => {
  test('looks at every attachment with its remembered result; upstream at none of them (BUG-25)', async (t) => {
    const node = await nodeWithPod(t)
    assert.equal(await node.run('CHECK', { config }), '')
    assert.deepEqual(node.plugins.lines, ['CHECK weave-net eth0 weave', 'CHECK macvlan net1 net1'])
    assert.deepEqual(
      node.plugins.calls.map(({ config: { prevResult } }) =>
        JSON.stringify(prevResult).includes('"sandbox"'),
      ),
      [true, true],
    )
  })

  test("fails with the first attachment that is not as it was, in upstream's words (CHK-2)", async (t) => {
    const node = await nodeWithPod(t)
    node.plugins.install('macvlan', { CHECK: new CniError(100, 'mac differs') })
    await assert.rejects(node.run('CHECK', { config }), {
      code: 100,
      message:
        'DelegateCheck: error invoking ConflistCheck - "net1": conflistCheck: error in getting result from CheckNetworkList: mac differs',
    })
    node.plugins.install('weave-net', { CHECK: new CniError(100, 'gone') })
    await assert.rejects(node.run('CHECK', { config }), {
      message:
        'DelegateCheck: error invoking DelegateCheck - "weave-net": error in getting result from CheckNetwork: gone',
    })
  })

  test('leaves out networks of a version that has no CHECK', async (t) => {
    const node = await nodeWithPod(t, '0.3.1')
    await node.run('CHECK', { config })
    assert.deepEqual(node.plugins.lines, ['CHECK weave-net eth0 weave'])
  })

  test('looks at the static delegates where nothing is remembered (CHK-1)', async (t) => {
    const node = await nodeWithPod(t)
    rmSync(join(node.cniDir, 'c1'))
    await node.run('CHECK', { config })
    assert.deepEqual(node.plugins.lines, [])
    await node.run('CHECK', {
      config: { delegates: [{ type: 'weave-net', name: 'weave', cniVersion: '1.0.0' }] },
    })
    assert.deepEqual(node.plugins.lines, ['CHECK weave-net eth0 weave'])
  })

  test('needs a configuration of 0.4.0 or later', async (t) => {
    const node = await nodeWithPod(t)
    await assert.rejects(node.run('CHECK', { config: { ...config, cniVersion: '0.3.1' } }), {
      code: 1,
      message: 'config version does not allow CHECK',
    })
  })
})
