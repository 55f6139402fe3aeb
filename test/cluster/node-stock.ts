// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { waitFor } from '../../src/base/index.ts'
import type { Cluster } from './cluster.ts'

// What host-local keeps of a network for good is left out: the lock, and where its rotation stands.
const script = `ip -brief link show | cut -d' ' -f1 | sort
ls /run/netns
find /var/lib/cni /run/multus -type f -o -type s | grep -v -e '/lock$' -e '/last_reserved_ip\\.[0-9]*$' | sort`

/** One list per node, one line per thing. */
export type Stock = Readonly<Record<string, readonly string[]>>

/** What pods can leave on each node: links, network namespaces, files. */
export async function stockOfNodes(cluster: Cluster): Promise<Stock> {
  const stocks = cluster.nodes.map(async (node) => {
    const text = await cluster.onNode(node, 'sh', '-c', script)
    return [node, text.split('\n').filter((line) => line !== '')] as const
  })
  return Object.fromEntries(await Promise.all(stocks))
}

/** Waits until the nodes have what is expected, and fails when they do not. */
export async function untilStockIs(cluster: Cluster, expected: Stock): Promise<void> {
  await untilEqual(async () => stockOfNodes(cluster), expected)
}

/** Waits until nothing but this is on the nodes that was not there then. `…` stands for the id of a container. */
export async function untilAddedIs(
  cluster: Cluster,
  then: Stock,
  expected: readonly string[],
): Promise<void> {
  await untilEqual(async () => {
    const now = Object.entries(await stockOfNodes(cluster))
    const added = now.flatMap(([node, lines]) => lines.filter((line) => !then[node]?.includes(line)))
    return added.map((line) => line.replace(/[0-9a-f]{64}/, '…'))
  }, expected)
}

async function untilEqual<T>(look: () => Promise<T>, expected: T): Promise<void> {
  const isEqual = async (): Promise<boolean> => JSON.stringify(await look()) === JSON.stringify(expected)
  // What is still there is told by the comparison.
  await waitFor(isEqual, { timeoutMs: 30_000, intervalMs: 500, what: 'the rest' }).catch(() => undefined)
  assert.deepEqual(await look(), expected)
}
