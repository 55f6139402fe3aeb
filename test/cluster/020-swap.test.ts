// SPDX-License-Identifier: Apache-2.0

// A node goes from upstream's daemon to plait and back while pods run on it. The default network is a list of plugins in a
// file, as on most clusters. Upstream 4.3.0 loses the addresses that its own pods have there when it deletes them itself
// (its issue 1449), so it is never asked to: of what it made, plait deletes all, and of what plait made, it deletes all.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { textOf } from '../containerd/text-of.ts'
import { dig } from '../netns/fixture.ts'
import { Cluster } from './cluster.ts'
import { stockOfNodes, untilAddedIs } from './node-stock.ts'
import type { Stock } from './node-stock.ts'
import { removePlait, startPlait } from './plait-daemons.ts'
import { expectInterfaces, interfacesIn, isReady, nameOf } from './pods.ts'
import type { Interfaces } from './pods.ts'
import { withoutUpstream } from './requirements.ts'
import { deployment, networks } from './scenario-manifests.ts'
import { ofScenario, removeDaemons, scaleTo } from './workloads.ts'

// The bridge of the default network, what plait knows of the node, and what containerd remembers of the pod that was made
// while there was no Multus: it looks for that under the name of the network that it uses by then.
const lasting = [
  'cni0',
  '/var/lib/cni/multus/.default-network.json',
  '/var/lib/cni/multus/.node',
  '/var/lib/cni/results/pods-…-eth0',
]

describe('a node with pods on it that changes hands', { skip: withoutUpstream() }, () => {
  let cluster: Cluster
  let untouched: Stock
  let programs: string
  before(async () => {
    cluster = await Cluster.start(1)
    await startUpstream()
    await cluster.apply(networks())
    untouched = await stockOfNodes(cluster)
    programs = await programsOfNode()
    await cluster.apply(deployment())
    await scaleTo(cluster, 2)
  })
  after(async () => cluster[Symbol.asyncDispose]())

  test('plait takes over from upstream, and evicts nobody but a pod that was made in between', async () => {
    const theirs = await cluster.get(...ofScenario)
    await expectInterfaces(cluster, theirs)
    const seen = await interfacesOf(theirs)
    await removeDaemons(cluster, 'kube-multus-ds')
    await scaleTo(cluster, 3)
    const bare = (await cluster.get(...ofScenario)).find((pod) => !isAmong(pod, theirs))
    assert.ok(bare)
    assert.deepEqual(Object.keys(await interfacesIn(cluster, nameOf(bare))), ['eth0'])
    await startPlait(cluster, '"missingNetworks": "evict",')
    await expectInterfaces(cluster, await podsWithout(bare, 3))
    assert.deepEqual(await interfacesOf(theirs), seen)
    assert.deepEqual(await blamed(), [nameOf(bare)])
  })

  test('plait leaves nothing of the pods that upstream made', async () => {
    await scaleTo(cluster, 0)
    await untilAddedIs(cluster, untouched, lasting)
  })

  test('plait gives the node back as it was, with its pods running', async () => {
    await scaleTo(cluster, 2)
    const ours = await cluster.get(...ofScenario)
    await expectInterfaces(cluster, ours)
    const seen = await interfacesOf(ours)
    assert.doesNotMatch(await removePlait(cluster), /^left/m)
    assert.equal(await programsOfNode(), programs)
    assert.equal(await cluster.onNode('n1', 'ls', '/etc/cni/net.d'), '10-bridge.conflist\n')
    await startUpstream()
    assert.deepEqual(await interfacesOf(ours), seen)
  })

  test('upstream leaves nothing of the pods that plait made, and makes new ones', async () => {
    await scaleTo(cluster, 0)
    await untilAddedIs(cluster, untouched, lasting)
    await scaleTo(cluster, 1)
    await expectInterfaces(cluster, await cluster.get(...ofScenario))
  })

  /** Upstream's manifest without its limits: 50 MiB and a tenth of a processor are for its plugins as well. */
  async function startUpstream(): Promise<void> {
    await cluster.runScript('upstream-multus.sh', { MULTUS_SED: '/limits:/,+2d' })
  }

  /** The plugins of the node, and what is in them. */
  async function programsOfNode(): Promise<string> {
    return cluster.onNode('n1', 'find', '/opt/cni/bin', '-type', 'f', '-exec', 'sha256sum', '{}', '+')
  }

  /** By the name of the pod, what `ip` in it shows. */
  async function interfacesOf(pods: readonly JsonObject[]): Promise<Readonly<Record<string, Interfaces>>> {
    const look = async (name: string) => [name, await interfacesIn(cluster, name)] as const
    return Object.fromEntries(await Promise.all(pods.map(nameOf).map(look)))
  }

  /** So many pods that are Ready, after this one has gone. */
  async function podsWithout(gone: JsonObject, count: number): Promise<readonly JsonObject[]> {
    const look = async (): Promise<readonly JsonObject[] | false> => {
      const pods = await cluster.get(...ofScenario)
      return pods.length === count && pods.every(isReady) && !isAmong(gone, pods) && pods
    }
    return waitFor(look, { timeoutMs: 60_000, intervalMs: 200, what: `another pod than ${nameOf(gone)}` })
  }

  /** The pods that are said to have been started without their networks. */
  async function blamed(): Promise<readonly string[]> {
    const events = await cluster.get('events', '--field-selector', 'reason=NetworksMissing')
    return events.map((event) => textOf(dig(event, 'involvedObject', 'name')))
  }
})

function isAmong(pod: JsonObject, pods: readonly JsonObject[]): boolean {
  return pods.some((other) => dig(other, 'metadata', 'uid') === dig(pod, 'metadata', 'uid'))
}
