// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseJson } from '../base/index.ts'
import { CniError } from '../cni/index.ts'
import { createFakeNode, fakeNetns } from './fakes/fake-node.ts'
import type { FakeNode } from './fakes/fake-node.ts'

const config = { type: 'macvlan', name: 'lan', cniVersion: '0.3.1' }

function node(t: { after(fn: () => void): void }): FakeNode {
  const made = createFakeNode()
  t.after(() => made[Symbol.dispose]())
  for (const type of ['macvlan', 'weave-net']) made.plugins.install(type)
  made.cluster.putPod({})
  return made
}

async function hotPlug(
  made: FakeNode,
  command: string,
  more: { attributes?: object; config?: object; env?: object } = {},
) {
  const env = {
    CNI_COMMAND: command,
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: fakeNetns,
    CNI_IFNAME: 'ens4',
    CNI_PATH: '/opt/cni/bin',
    CNI_ARGS: 'K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1;K8S_POD_UID=uid-1',
    ...more.env,
  }
  return made.multus.delegate({
    env,
    config: Buffer.from(JSON.stringify(more.config ?? config)),
    settings: { cniDir: made.cniDir },
    ...(more.attributes && { attributes: more.attributes }),
  })
}

describe('delegate()', () => {
  test('attaches a running pod to one more network and answers in the newest version (DGT-2)', async (t) => {
    const made = node(t)
    const attributes = { ips: ['10.1.2.11/24'], mac: '02:00:00:00:00:01', cniArgs: { a: 1 } }
    const result = parseJson(await hotPlug(made, 'ADD', { attributes }))
    assert.deepEqual(result, {
      cniVersion: '1.1.0',
      interfaces: [{ mac: '02:00:00:00:00:01', name: 'ens4', sandbox: fakeNetns }],
      ips: [{ address: '10.0.1.2/24', gateway: '10.0.1.1', interface: 0 }],
    })
    const [call] = made.plugins.calls
    assert.match(
      call?.args ?? '',
      /K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=uid-1;MAC=02:00:00:00:00:01;IP=10\.1\.2\.11\/24$/,
    )
    assert.deepEqual(call?.config, { ...config, args: { cni: { a: 1 } } })
    assert.equal(made.cluster.events[0], 'Normal AddedInterface Add ens4 [10.0.1.2/24] from lan')
    assert.deepEqual([made.cluster.statuses.size, readdirSync(made.cniDir)], [0, ['results']])
  })

  test('releases it again, and says what failed (DGT-3)', async (t) => {
    const made = node(t)
    await hotPlug(made, 'ADD')
    made.plugins.install('macvlan', { DEL: new CniError(11, 'busy') })
    await assert.rejects(hotPlug(made, 'DEL'), {
      code: 11,
      message: /error in getting result from DelNetwork: busy$/,
    })
    made.plugins.install('macvlan')
    assert.equal(await hotPlug(made, 'DEL'), '')
    assert.deepEqual(made.plugins.held, [])
  })

  test('checks single plugins and lists (DGT-4)', async (t) => {
    const made = node(t)
    for (const one of [
      { ...config, cniVersion: '1.0.0' },
      { name: 'lan', cniVersion: '1.0.0', plugins: [{ type: 'macvlan' }] },
    ]) {
      await hotPlug(made, 'ADD', { config: one })
      await hotPlug(made, 'CHECK', { config: one })
      await hotPlug(made, 'DEL', { config: one })
    }
    assert.equal(made.plugins.lines.filter((line) => line.startsWith('CHECK')).length, 2)
  })

  test('passes on the error of STATUS, and knows no GC (DGT-5)', async (t) => {
    const made = node(t)
    made.plugins.install('macvlan', { STATUS: new CniError(50, 'not ready') })
    await assert.rejects(hotPlug(made, 'STATUS', { config: { ...config, cniVersion: '1.1.0' } }), {
      code: 50,
    })
    await assert.rejects(hotPlug(made, 'GC'), { message: 'unknown cmd type: GC' })
  })

  test('needs the pod (POD-4)', async (t) => {
    const made = node(t)
    made.cluster.removePod({ namespace: 'default', name: 'pod1' })
    await assert.rejects(hotPlug(made, 'ADD'), { code: 11, message: /: pod not found during Multus GetPod$/ })
  })

  test('leaves nothing when the plugin fails, or when the interface exists', async (t) => {
    const made = node(t)
    made.plugins.install('macvlan', { ADD: new CniError(999, 'Link not found') })
    await assert.rejects(hotPlug(made, 'ADD'), {
      message: '[default/pod1/uid-1:lan]: error adding container to network "lan": Link not found',
    })
    assert.deepEqual([made.plugins.held, made.namespace.lines], [[], []])
    made.namespace.addLink('ens4')
    await assert.rejects(hotPlug(made, 'ADD'), /interface name ens4 already exists/)
    assert.deepEqual(made.namespace.lines, ['ens4'])
  })

  test('refuses a configuration that cannot be used', async (t) => {
    const made = node(t)
    await assert.rejects(
      hotPlug(made, 'ADD', { config: { name: 'lan' } }),
      /delegate must have the 'type' or 'plugin' field/,
    )
    await assert.rejects(
      hotPlug(made, 'ADD', { env: { CNI_NETNS: '/run/netns/none' } }),
      /no net namespace \/run\/netns\/none found/,
    )
  })

  test('is released with the pod, which upstream forgets', async (t) => {
    const made = node(t)
    const delegates = [{ type: 'weave-net', name: 'weave', cniVersion: '1.0.0' }]
    await made.run('ADD', { config: { delegates } })
    await hotPlug(made, 'ADD')
    await made.run('DEL', { config: { delegates } })
    assert.deepEqual(made.plugins.lines.slice(2), ['DEL macvlan ens4 lan', 'DEL weave-net eth0 weave'])
    assert.deepEqual(readdirSync(join(made.cniDir, 'results')), [])
  })
})
