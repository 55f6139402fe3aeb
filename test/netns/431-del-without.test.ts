// SPDX-License-Identifier: Apache-2.0

// DEL with real plugins, when some or all of what the node knew of the pod is lost.

import assert from 'node:assert/strict'
import { readdirSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import { checkLeaks, linkNames, skip } from './fixture.ts'
import { environment, makeNodeWithNetworks, makeSandbox, multusConfig, reservations } from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'

checkLeaks()

const pod = { namespace: 'default', name: 'pod1' }

/** A node with two pods of three networks each, c1 and c2; the second one lives on. */
async function nodeWithPods(t: TestContext): Promise<MultusNode> {
  const node = await makeNodeWithNetworks(t)
  await node.run('ADD')
  await node.run('ADD', { containerId: 'c2', pod: makeSandbox(t) })
  return node
}

function results({ directory }: MultusNode): readonly string[] {
  const folder = join(directory, 'multus', 'results')
  return readdirSync(folder)
    .filter((name) => name.includes('-c1-') && !name.endsWith('.corrupt'))
    .map((name) => join(folder, name))
}

function record({ directory }: MultusNode): string {
  return join(directory, 'multus', 'c1')
}

const losses: Readonly<Record<string, (node: MultusNode) => void>> = {
  record: (node) => rmSync(record(node)),
  results: (node) => results(node).forEach((path) => rmSync(path)),
  'half of the record': (node) => truncateSync(record(node), 100),
  'content of every file': (node) => [record(node), ...results(node)].forEach((path) => truncateSync(path)),
  files: (node) => [record(node), ...results(node)].forEach((path) => rmSync(path)),
  'files and pod': (node) => {
    losses['files']?.(node)
    node.cluster.removePod(pod)
  },
  'content of every file, pod and definitions': (node) => {
    losses['content of every file']?.(node)
    node.cluster.removePod(pod)
    node.cluster.failures.definition = new Error('gone')
  },
}

async function del(node: MultusNode, netns: string): Promise<void> {
  // As another process, which remembers nothing.
  node.restart()
  const config = JSON.stringify(multusConfig(node.directory))
  await node.multus.handle(environment('DEL', 'c1', netns), Buffer.from(config))
}

describe('DEL', { skip }, () => {
  for (const [lost, lose] of Object.entries(losses)) {
    for (const place of ['with', 'without']) {
      it(`frees everything of the pod without its ${lost}, ${place} its network namespace`, async (t) => {
        const node = await nodeWithPods(t)
        lose(node)
        await del(node, place === 'with' ? node.pod.path : '')
        const ofOther = ['default-net/10.88.0.3', 'net-1/10.10.1.3', 'net-2/10.10.2.3']
        assert.deepEqual(reservations(node), ofOther)
        assert.deepEqual(results(node), [])
        if (place === 'with') {
          assert.deepEqual(linkNames(node.pod), ['lo'])
          assert.equal(linkNames(node.host).filter((name) => name.startsWith('veth')).length, 1)
        }
      })
    }
  }
})
