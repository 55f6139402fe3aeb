// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { networkAttachmentDefinitionCrd } from '../../src/kubernetes/embedded/crd/network-attachment-definition.ts'
import { textOf } from '../containerd/text-of.ts'
import { dig } from '../netns/fixture.ts'
import { Cluster } from './cluster.ts'
import { killDaemon } from './daemon-process.ts'
import { stockOfNodes, untilStockIs } from './node-stock.ts'
import { startPlait } from './plait-daemons.ts'
import { expectInterfaces, isReady, nameOf, podManifest, restartsOf } from './pods.ts'
import { withoutCluster } from './requirements.ts'
import { deployment, networks } from './scenario-manifests.ts'
import { ofScenario, rolledOut, scaleTo, system } from './workloads.ts'

describe('in a cluster of three nodes', { skip: withoutCluster() }, () => {
  let cluster: Cluster
  let configured: readonly string[]
  before(async () => {
    cluster = await Cluster.start(3)
    await cluster.apply(networkAttachmentDefinitionCrd)
    await cluster.kubectl(['wait', '--for=condition=Established', '--all', 'crd', '--timeout=60s'])
    await cluster.apply(networks())
    await startPlait(cluster)
    configured = await Promise.all(
      cluster.nodes.map(async (node) => cluster.onNode(node, 'ls', '/etc/cni/net.d')),
    )
  })
  after(async () => cluster[Symbol.asyncDispose]())

  test('daemons are Ready only when the configuration of their nodes is in place', () => {
    for (const files of configured) assert.match(files, /^00-multus\.conf$/m)
  })

  test('the pods of a Deployment get on each node what they ask for, and their status says it', async () => {
    await cluster.apply(deployment())
    await scaleTo(cluster, 6)
    const pods = await cluster.get(...ofScenario)
    const nodes = new Set(pods.map((pod) => textOf(dig(pod, 'spec', 'nodeName'))))
    assert.deepEqual([...nodes].toSorted(), cluster.nodes)
    await expectInterfaces(cluster, pods)
  })

  test('scaling to 30 and back leaves no link, no address, no file', async () => {
    await scaleTo(cluster, 0)
    const untouched = await stockOfNodes(cluster)
    await scaleTo(cluster, 30)
    await expectInterfaces(cluster, await cluster.get(...ofScenario))
    assert.notDeepEqual(await stockOfNodes(cluster), untouched)
    await scaleTo(cluster, 0)
    await untilStockIs(cluster, untouched)
  })

  test('no pod is Ready without its networks while the daemons are replaced, and nothing is left', async () => {
    const untouched = await stockOfNodes(cluster)
    const replaced = restartDaemons()
    await comeAndGoInWaves('bare', 4)
    await replaced
    await untilStockIs(cluster, untouched)
  })

  test('no pod is Ready without its networks although a daemon is killed, and nothing is left', async () => {
    const untouched = await stockOfNodes(cluster)
    const restarts = await restartsOfDaemons()
    const waves = comeAndGoInWaves('killed', 2)
    const isBusy = async (): Promise<boolean> =>
      (await stockOfNodes(cluster))['n1']?.length !== untouched['n1']?.length
    await waitFor(isBusy, { timeoutMs: 30_000, intervalMs: 50, what: 'a pod on n1' })
    await killDaemon(cluster, 'n1')
    await waves
    await rolledOut(cluster, 'daemonset/plait', system)
    assert.equal(await restartsOfDaemons(), restarts + 1)
    await untilStockIs(cluster, untouched)
  })

  async function restartsOfDaemons(): Promise<number> {
    const daemons = await cluster.get('pods', '--namespace', system, '--selector', 'app=plait')
    return daemons.reduce((sum, pod) => sum + restartsOf(pod), 0)
  }

  async function comeAndGoInWaves(name: string, waves: number): Promise<void> {
    for (let wave = 0; wave < waves; wave++) {
      await comeAndGo(Array.from({ length: 10 }, (_, number) => podManifest(`${name}-${wave}${number}`)))
    }
  }

  async function restartDaemons(): Promise<void> {
    await cluster.kubectl(['--namespace', system, 'rollout', 'restart', 'daemonset/plait'])
    await rolledOut(cluster, 'daemonset/plait', system)
  }

  /** Looks at each pod as soon as it is Ready. */
  async function comeAndGo(manifests: readonly JsonObject[]): Promise<void> {
    const names = manifests.map(nameOf)
    await cluster.kubectl(
      ['create', '--filename', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }),
    )
    const left = new Set(names)
    const lookAgain = async (): Promise<boolean> => {
      const ready = (await cluster.get('pods', '--selector', 'app=bare')).filter(
        (pod) => isReady(pod) && left.delete(nameOf(pod)),
      )
      await expectInterfaces(cluster, ready)
      return left.size === 0
    }
    await waitFor(lookAgain, { timeoutMs: 120_000, intervalMs: 100, what: `${names.join(', ')} to be Ready` })
    await cluster.kubectl(['delete', 'pods', '--wait', '--timeout=170s', ...names])
  }
})
