// SPDX-License-Identifier: Apache-2.0

import type { Cluster } from './cluster.ts'

// What host-local keeps of a network for good is left out: the lock, and where its rotation stands.
const script = `ip -brief link show | cut -d' ' -f1 | sort
ls /run/netns
find /var/lib/cni /run/multus -type f -o -type s | grep -v -e '/lock$' -e '/last_reserved_ip\\.[0-9]*$' | sort`

/** What pods can leave on each node: links, network namespaces, files. One list per node, one line per thing. */
export async function stockOfNodes(cluster: Cluster): Promise<Readonly<Record<string, readonly string[]>>> {
  const stocks = cluster.nodes.map(async (node) => {
    const text = await cluster.onNode(node, 'sh', '-c', script)
    return [node, text.split('\n').filter((line) => line !== '')] as const
  })
  return Object.fromEntries(await Promise.all(stocks))
}
