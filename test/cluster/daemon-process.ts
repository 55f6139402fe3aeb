// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import type { Cluster } from './cluster.ts'

// The brackets keep it from finding itself.
const script = `grep -l '[d]aemon-config.json' /proc/[0-9]*/cmdline`

/** The process of the daemon on a node, as the node numbers it. Fails unless there is exactly one. */
async function daemonPid(cluster: Cluster, node: string): Promise<string> {
  const found = await cluster.onNode(node, 'sh', '-c', script)
  const pids = [...found.matchAll(/^\/proc\/(\d+)\//gm)].map(([, pid = '']) => pid)
  const [pid = ''] = pids
  assert.deepEqual(pids, [pid], `processes of the daemon on ${node}`)
  return pid
}

/** Kills the daemon of a node as the kernel does when memory is short; the kubelet starts it again. */
export async function killDaemon(cluster: Cluster, node: string): Promise<void> {
  await cluster.onNode(node, 'sh', '-c', `kill -KILL ${await daemonPid(cluster, node)}`)
}
