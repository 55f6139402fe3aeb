// SPDX-License-Identifier: Apache-2.0

import { dirname, join } from 'node:path'
import { runCommand } from '../../base/index.ts'
import { events, type KubernetesClient, type Pod, pods } from '../../kubernetes/index.ts'
import { readBaseline } from '../checks/baseline.ts'
import type { EventFacts, NodeEventFacts, NodeFacts, PodFacts, World } from '../checks/world.ts'
import { isReady } from '../cluster/replicas.ts'
import { readSandboxRecords } from '../kubelet/sandbox-record.ts'
import type { Topology } from '../scenario/topology.ts'

const commandTimeoutMs = 15_000

/** A running lab as expectations see it; the present state of the nodes becomes the baseline. */
export async function openWorld(
  topology: Topology,
  nodes: readonly NodeFacts[],
  client: KubernetesClient,
): Promise<World> {
  const baseline = await readBaseline({ nodes, run: runInNamespace })
  return {
    topology,
    nodes,
    baseline,
    pods: async () => readPods(nodes, client),
    events: async () => readEvents(client),
    nodeEvents: async () => readNodeEvents(client),
    run: runInNamespace,
    runOnNode,
  }
}

async function readPods(nodes: readonly NodeFacts[], client: KubernetesClient): Promise<PodFacts[]> {
  const sandboxes = nodes.flatMap(({ root }) => readSandboxRecords(root))
  const processes = new Map(sandboxes.map(({ uid, pid }) => [uid, pid]))
  const { items } = await client.list(pods)
  return items
    .toSorted((a, b) => keyOf(a).localeCompare(keyOf(b)))
    .map((pod) => toFacts(pod, processes.get(pod.metadata.uid)))
}

function keyOf({ metadata, spec }: Pod): string {
  return `${metadata.namespace}/${spec.nodeName ?? ''}/${metadata.name}`
}

function toFacts(pod: Pod, pid: number | undefined): PodFacts {
  const { namespace, name, annotations } = pod.metadata
  return {
    namespace,
    name,
    node: pod.spec.nodeName ?? '',
    phase: pod.status.phase ?? '',
    ready: isReady(pod),
    annotations,
    netns: pid === undefined ? undefined : `/proc/${pid}/ns/net`,
  }
}

async function readEvents(client: KubernetesClient): Promise<EventFacts[]> {
  const { items } = await client.list(events)
  return items
    .filter(({ involvedObject }) => involvedObject.kind === 'Pod')
    .map(({ involvedObject, reason, message, count }) => ({
      namespace: involvedObject.namespace,
      pod: involvedObject.name,
      reason,
      message,
      count,
    }))
}

async function readNodeEvents(client: KubernetesClient): Promise<NodeEventFacts[]> {
  const { items } = await client.list(events)
  return items
    .filter(({ involvedObject }) => involvedObject.kind === 'Node')
    .map(({ involvedObject, reason, message }) => ({ node: involvedObject.name, reason, message }))
}

async function runOnNode({ netns, root }: NodeFacts, script: string): Promise<string> {
  const mount = join(dirname(root), 'ns/mnt')
  const command = ['nsenter', `--net=${netns}`, `--mount=${mount}`, '--', 'sh', '-c', script]
  const { stdout } = await runCommand(command, { timeoutMs: commandTimeoutMs })
  return stdout
}

async function runInNamespace(netns: string, argv: readonly string[]): Promise<string> {
  const command = ['nsenter', `--net=${netns}`, '--', ...argv]
  const { stdout } = await runCommand(command, { timeoutMs: commandTimeoutMs })
  return stdout
}
