// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto'
import { type JsonObject, createLog, type Log } from '../../base/index.ts'
import { EmbeddedApiServer, EventRecorder, KubernetesClient } from '../../kubernetes/index.ts'
import type { World } from '../checks/world.ts'
import { startControllers } from '../cluster/controllers.ts'
import { nodeObject } from '../cluster/node-object.ts'
import { startScheduler } from '../cluster/scheduler.ts'
import { buildGround, type Ground } from '../ground/build-ground.ts'
import { nodeAddress } from '../ground/nodes.ts'
import type { ScenarioSource } from '../scenario/scenario.ts'
import type { Topology } from '../scenario/topology.ts'
import { formatKubeconfig, type ServerAccess } from './kubeconfig.ts'
import { startNode, untilNodeReady, type NodeProcesses, type NodeTools } from './lab-node.ts'
import { writeLabFacts } from './lab-facts.ts'
import { openOutsideDoor } from './outside-door.ts'
import { podHooks } from './pod-hooks.ts'
import { openWorld } from './lab-world.ts'

/** What a lab is started with. */
export interface LabOptions extends Omit<NodeTools, 'kubeconfig' | 'clusterSubnet' | 'env'> {
  readonly source: ScenarioSource
  readonly topology: Topology
  /** The descriptor of a listening socket of the machine's own loopback. */
  readonly outsideFd: number | undefined
  /** Is told what has been made. */
  readonly onStep: (text: string) => void
  readonly signal: AbortSignal
}

/** A running lab: nodes with their daemons, and a cluster that gives them pods. */
export interface Lab {
  readonly client: KubernetesClient
  readonly world: World
  readonly nodes: readonly NodeProcesses[]
  /** For `kubectl` on the machine; undefined when no socket of the machine was handed over. */
  readonly outsideKubeconfig: string | undefined
  /** Creates or changes objects as `kubectl apply` does. */
  apply(objects: readonly JsonObject[]): void
}

/**
 * Builds a lab in the namespaces of this process, which must have been made for it and whose files must be isolated.
 * There is no way to take it down but to end the process: then the kernel takes everything with it.
 *
 * @throws PlaitError, TimeoutError that name what could not be made.
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  const { topology, outsideFd, onStep } = options
  const ground = await buildGround(topology, options.busybox)
  const { networks, routers, nodes } = topology
  onStep(`${count(networks, 'network')}, ${count(routers, 'router')}, ${count(nodes, 'node')} in namespaces`)
  const token = randomBytes(16).toString('hex')
  const [host = ''] = topology.controlPlane.address.split('/', 1)
  const server = await EmbeddedApiServer.start({
    host,
    token,
    hooks: podHooks(ground.nodes),
  })
  const client = new KubernetesClient({ server: server.url, token })
  startCluster(options, server, client)
  onStep('an API server, a scheduler and controllers')
  const kubeconfig = formatKubeconfig({ url: server.url, token })
  const running = await startNodes(options, ground, kubeconfig)
  onStep('a plait daemon and a kubelet on every node')
  const facts = ground.nodes.map(({ name, netns, root }) => ({ name, netns, root }))
  writeLabFacts({ scenario: options.source, nodeCount: nodes.length, nodes: facts }, kubeconfig)
  return {
    client,
    nodes: running,
    world: await openWorld(topology, facts, client),
    outsideKubeconfig:
      outsideFd === undefined ? undefined : await openDoor(outsideFd, { url: server.url, token }),
    apply: (objects) => void server.apply(objects),
  }
}

function startCluster(
  { topology, signal }: LabOptions,
  server: EmbeddedApiServer,
  client: KubernetesClient,
): void {
  const log: Log = createLog({ level: 'warn' })
  server.apply(topology.nodes.map((node) => nodeObject(node.name, nodeAddress(node), node.podSubnet)))
  const events = new EventRecorder(client, { component: 'default-scheduler', log })
  startScheduler({ client, events, nodes: topology.nodes.map(({ name }) => name), log, signal })
  startControllers({ client, log, signal })
}

async function startNodes(options: LabOptions, ground: Ground, kubeconfig: string): Promise<NodeProcesses[]> {
  const clusterSubnet = options.topology.podSubnet
  const tools: NodeTools = { ...options, clusterSubnet, kubeconfig, env: process.env }
  const started = options.topology.nodes.flatMap((node) => {
    const holder = ground.nodes.find(({ name }) => name === node.name)
    return holder === undefined ? [] : [startNode(node, holder, tools)]
  })
  await Promise.all(started.map(untilNodeReady))
  return started
}

async function openDoor(fd: number, server: ServerAccess): Promise<string> {
  // kubectl sends no credentials without TLS: the address alone lets it in.
  const { url } = await openOutsideDoor({ fd }, server)
  return formatKubeconfig({ url, token: undefined })
}

function count(things: readonly unknown[], what: string): string {
  return `${things.length} ${what}${things.length === 1 ? '' : 's'}`
}
