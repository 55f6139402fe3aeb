// SPDX-License-Identifier: Apache-2.0

// An API server that is away when it is needed.

import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { checkLeaks, dig, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { installPlugin } from '../shim/real-daemon.ts'
import {
  assertAttachesPods,
  assertRefused,
  assertSilentSuccess,
  attachFirstPod,
  readRefusal,
  useNode,
} from './refusal.ts'
import type { TestPod } from './test-node.ts'

checkLeaks()

// It says that it runs, and makes nothing until it is told to go on.
const waitingPlugin = [
  '[ "$CNI_COMMAND" = ADD ] || exit 0',
  '>"$0.started"',
  'tries=0',
  'while [ ! -e "$0.go" ] && [ $tries -lt 500 ]; do sleep 0.02; tries=$((tries + 1)); done',
  `echo '{"cniVersion":"1.0.0","interfaces":[{"name":"x","sandbox":"/x"}]}'`,
].join('\n')

describe('a daemon whose API server is away at its start', { skip: noShim || noNamespaces }, () => {
  const node = useNode({ apiIsAway: true })

  test('runs, tells the runtime to try again, and serves as soon as the API server does', async (t) => {
    await assertRefused(t, node(), {
      networks: 'good',
      refusal: {
        code: 11,
        msg: 'Multus: [POD]: error waiting for pod: Cannot get pod default/NAME: http://127.0.0.1:PORT: connection refused; look at the API server and the path to it',
      },
      repair: async () => {
        node().door.open()
        await attachFirstPod(node())
      },
    })
  })
})

describe('a daemon whose API server goes', { skip: noShim || noNamespaces }, () => {
  const node = useNode()

  test('finishes an ADD in whose middle the API server went, and writes the status when it is back', async (t) => {
    const { directory } = node().daemon
    installPlugin(directory, 'waiting', waitingPlugin)
    node().addNetwork('waiting', { cniVersion: '1.0.0', type: 'waiting' })
    const pod = node().addPod(t, 'good,waiting')
    const before = node().stock(pod)
    const adding = node().call('ADD', pod)
    const started = (): boolean => existsSync(join(directory, 'bin/waiting.started'))
    await waitFor(started, { timeoutMs: 10_000, what: 'the plugin' })
    node().door.shut()
    writeFileSync(join(directory, 'bin/waiting.go'), '')
    const { status, stdout } = await adding
    node().door.open()
    assert.equal(status, 0, stdout)
    const isTold = (): boolean => statusOf(pod).includes('default/waiting')
    await waitFor(isTold, { timeoutMs: 10_000, what: 'the status' })
    assertSilentSuccess(await node().call('DEL', pod))
    assert.deepEqual(node().stock(pod), before)
  })

  /** The annotation in which a pod is told of its networks, as the API server has it. */
  function statusOf({ name }: TestPod): string {
    const pods = { group: '', version: 'v1', plural: 'pods' }
    const pod = node().api.api.get(pods, { namespace: 'default', name })
    const status = dig(pod, 'metadata', 'annotations', 'k8s.v1.cni.cncf.io/network-status')
    return typeof status === 'string' ? status : ''
  }
})

describe('a daemon whose API server stays away', { skip: noShim || noNamespaces }, () => {
  const node = useNode()

  test('takes back an ADD whose status cannot be written, once that has failed before', async (t) => {
    const [first, second] = [node().addPod(t, 'good'), node().addPod(t, 'good')]
    await assertAttachesPods(t, node()) // The daemon knows the two by now.
    node().door.shut()
    assert.equal((await node().call('ADD', first)).status, 0)
    const isGivenUp = (): boolean => node().daemon.log().includes('network status not written')
    await waitFor(isGivenUp, { timeoutMs: 20_000, what: 'the end of the attempts' })
    const before = node().stock(second)
    const update = 'failed to update the pod NAME in out of cluster comm'
    assert.deepEqual(readRefusal(await node().call('ADD', second), node(), second), {
      code: 999,
      msg:
        `Multus: [POD]: error setting the networks status: SetPodNetworkStatusAnnotation: ${update}: SetNetworkStatus: ` +
        `${update}: status update failed for pod default/NAME: Patch "http://127.0.0.1:PORT/api/v1/namespaces/default/` +
        'pods/NAME/status": dial tcp 127.0.0.1:PORT: connect: connection refused',
      details: 'look at the API server, and at the right to patch pods/status',
    })
    assert.deepEqual(node().stock(second), before)
    for (const pod of [first, second]) assertSilentSuccess(await node().call('DEL', pod))
    node().door.open()
    await assertAttachesPods(t, node())
  })
})
