// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Cluster } from './cluster.ts'
import { removeDaemons, rolledOut, system } from './workloads.ts'

const usualKey = '"cniVersion": "1.1.0",'

/** Installs plait on every node, with more keys in the daemon's file such as `"missingNetworks": "evict",`. */
export async function startPlait(cluster: Cluster, keys = ''): Promise<void> {
  await cluster.apply(manifest('daemon').replace(usualKey, `${usualKey} ${keys}`))
  await rolledOut(cluster, 'daemonset/plait', system)
}

/** Removes plait from a cluster of one node, as the guide says: the daemon first. Returns what `plait uninstall` prints. */
export async function removePlait(cluster: Cluster): Promise<string> {
  await removeDaemons(cluster, 'plait')
  await cluster.apply(manifest('uninstall'))
  const inSystem = ['--namespace', system]
  const done = '--for=jsonpath={.status.phase}=Succeeded'
  await cluster.kubectl([...inSystem, 'wait', done, 'pod/plait-uninstall', '--timeout=60s'])
  const printed = await cluster.kubectl([...inSystem, 'logs', 'plait-uninstall'])
  await cluster.kubectl([...inSystem, 'delete', 'pod', 'plait-uninstall', '--timeout=60s'])
  return printed
}

function manifest(name: string): string {
  return readFileSync(join(import.meta.dirname, `manifests/${name}.yaml`), 'utf8')
}
