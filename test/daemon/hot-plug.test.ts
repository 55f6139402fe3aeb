// SPDX-License-Identifier: Apache-2.0

// POST /delegate as the dynamic networks controller sends it, for a pod that runs already.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as v from 'valibot'
import { attachFirstPod, useNode } from '../bad-input/refusal.ts'
import { httpCall, sendBytes } from '../bad-input/socket-calls.ts'
import type { TestPod } from '../bad-input/test-node.ts'
import { checkLeaks, ip, linkNames, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { pathFor } from '../shim/real-daemon.ts'

checkLeaks()

const lan = {
  cniVersion: '0.4.0',
  name: 'lan',
  type: 'macvlan',
  master: 'card',
  ipam: { type: 'host-local', subnet: '10.9.0.0/24' },
}

const answered = v.object({
  Result: v.object({
    cniVersion: v.string(),
    interfaces: v.array(v.object({ name: v.string(), mac: v.string() })),
    ips: v.array(v.object({ address: v.string() })),
  }),
})

describe('POST /delegate', { skip: noShim || noNamespaces }, () => {
  const node = useNode()

  async function delegate(
    command: string,
    pod: TestPod,
    {
      network = lan,
      attributes,
      name = pod.name,
    }: { network?: object; attributes?: object; name?: string } = {},
  ): Promise<{ readonly status: number; readonly body: string }> {
    const environment = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: pod.containerId,
      CNI_NETNS: pathFor(pod.container),
      CNI_IFNAME: 'ens4',
      CNI_ARGS: `K8S_POD_NAMESPACE=default;K8S_POD_NAME=${name};K8S_POD_UID=${pod.uid}`,
    }
    const more = attributes === undefined ? {} : { interfaceAttributes: attributes }
    const bytes = httpCall('/delegate', { environment, stdin: JSON.stringify(network) }, more)
    const patience = { halfCloseMs: 20_000, timeoutMs: 20_000 }
    const text = (await sendBytes(node().daemon.socketPath, bytes, patience)).answer.toString()
    const [head = '', body = ''] = text.split('\r\n\r\n')
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), body }
  }

  test('plugs one more network in and out again, and the pod stays as it was', async (t) => {
    const pod = node().addPod(t)
    assert.equal((await node().call('ADD', pod)).status, 0)
    const before = node().stock(pod)
    const added = await delegate('ADD', pod, { attributes: { mac: '02:00:00:00:00:09', 'cni-args': null } })
    assert.equal(added.status, 200, added.body)
    const { Result: result } = v.parse(answered, JSON.parse(added.body))
    assert.deepEqual(result, {
      cniVersion: '1.1.0',
      interfaces: [{ name: 'ens4', mac: '02:00:00:00:00:09' }],
      ips: [{ address: '10.9.0.2/24' }],
    })
    const [link] = ip(pod.container, 'link', 'show', 'dev', 'ens4')
    assert.equal(link?.['address'], '02:00:00:00:00:09')
    assert.deepEqual(await delegate('CHECK', pod), { status: 200, body: '' })
    assert.deepEqual(await delegate('DEL', pod), { status: 200, body: '' })
    assert.deepEqual(node().stock(pod), before)
    assert.equal((await node().call('DEL', pod)).status, 0)
  })

  test('is released with its pod when nobody has plugged it out', async (t) => {
    const pod = node().addPod(t)
    const before = node().stock(pod)
    assert.equal((await node().call('ADD', pod)).status, 0)
    assert.equal((await delegate('ADD', pod)).status, 200)
    assert.deepEqual(linkNames(pod.container), ['lo', 'eth0', 'ens4'])
    assert.equal((await node().call('DEL', pod)).status, 0)
    assert.deepEqual(node().stock(pod), before)
  })

  test("refuses what cannot be had, in upstream's form, and leaves nothing", async (t) => {
    const pod = node().addPod(t)
    const before = node().stock(pod)
    const noMaster = await delegate('ADD', pod, { network: { ...lan, master: 'none' } })
    assert.equal(noMaster.status, 400)
    assert.match(
      noMaster.body,
      /^ContainerID:"container\d+" Netns:".*" IfName:"ens4" Args:".*" Path:"" ERRORED: error configuring pod \[default\/pod\d+\] networking: .*"none".*\n$/,
    )
    const noPod = await delegate('ADD', pod, { name: 'nobody' })
    assert.match(noPod.body, /pod not found during Multus GetPod/)
    const gc = await delegate('GC', pod)
    assert.deepEqual(gc, { status: 400, body: '{"code":4,"msg":"unknown cmd type: GC"}' })
    assert.deepEqual(node().stock(pod), before)
    await attachFirstPod(node())
  })
})
