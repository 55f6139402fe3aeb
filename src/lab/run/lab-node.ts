// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { waitFor } from '../../base/index.ts'
import { labDirectory } from '../ground/isolate.ts'
import { LabProcess } from '../ground/lab-process.ts'
import type { LabProcessOptions } from '../ground/lab-process.ts'
import { daemonConfigPath, nodeConfigFiles, nodeKubeconfigPath } from '../ground/node-config.ts'
import type { NodeHolder } from '../ground/node-holder.ts'
import { seeingNetnsOnlyIn } from '../ground/netns-mounts.ts'
import { nodeAddress } from '../ground/nodes.ts'
import { RestartableProcess } from '../ground/restartable-process.ts'
import { isSocketReady } from '../ground/socket-ready.ts'
import type { Node } from '../scenario/topology.ts'

/** What all nodes are started with. */
export interface NodeTools {
  /** The command line of this program, to which a command is added. */
  readonly cli: readonly string[]
  /** Path of the shim's program. */
  readonly shim: string
  readonly busybox: string
  readonly kubeconfig: string
  /** The addresses of all pods. */
  readonly clusterSubnet: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Is told each line that a process of a node prints. */
  readonly onLine: (source: string, line: string) => void
}

/** The processes of a node: the daemon under test, and the lab's kubelet. */
export interface NodeProcesses {
  readonly node: Node
  readonly holder: NodeHolder
  /** The command line of this program, to which a command is added. */
  readonly cli: readonly string[]
  readonly daemon: RestartableProcess
  readonly kubelet: LabProcess
}

const readyWithinMs = 30_000

/** Puts the files on a node and starts its daemon and its kubelet. */
export function startNode(node: Node, holder: NodeHolder, tools: NodeTools): NodeProcesses {
  for (const [path, text] of Object.entries(nodeConfigFiles(node, tools.clusterSubnet)))
    holder.writeFile(path, text)
  holder.writeFile(nodeKubeconfigPath, tools.kubeconfig, 0o600)
  holder.writeFile('/opt/cni/bin/multus-shim', readFileSync(tools.shim), 0o755)
  const kubelet = {
    node: node.name,
    hostIp: nodeAddress(node),
    kubeconfig: nodeKubeconfigPath,
    busybox: tools.busybox,
    netnsDirectory: node.netns.given,
  }
  return {
    node,
    holder,
    cli: tools.cli,
    daemon: new RestartableProcess(
      processOf('daemon', holder, tools, {
        command: ['daemon', '--config', daemonConfigPath],
        mounted: node.netns.mounted,
      }),
    ),
    kubelet: new LabProcess(
      processOf('kubelet', holder, tools, { command: ['lab', 'kubelet', JSON.stringify(kubelet)] }),
    ),
  }
}

function processOf(
  role: string,
  holder: NodeHolder,
  tools: NodeTools,
  { command, mounted }: { command: readonly string[]; mounted?: readonly string[] | undefined },
): LabProcessOptions {
  const argv = [...tools.cli, ...command]
  const source = `${holder.name} ${role}`
  return {
    name: `${role} of ${holder.name}`,
    argv: holder.enter(mounted === undefined ? argv : seeingNetnsOnlyIn(mounted, argv)),
    env: { ...tools.env, MULTUS_NODE_NAME: holder.name },
    logFile: join(labDirectory, 'logs', `${holder.name}-${role}.log`),
    onLine: (line) => tools.onLine(source, line),
  }
}

/** Ends when the daemon answers on its socket and the kubelet follows its pods. @throws PlaitError, TimeoutError */
export async function untilNodeReady({ node, holder, daemon, kubelet }: NodeProcesses): Promise<void> {
  await waitFor(
    async () => {
      daemon.checkRunning()
      kubelet.checkRunning()
      return kubelet.hasSaid('ready') && (await isSocketReady(join(holder.root, 'run/multus/multus.sock')))
    },
    { timeoutMs: readyWithinMs, intervalMs: 20, what: `node ${node.name} to be ready` },
  )
}
