// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, Log } from '../../base/index.ts'
import {
  type EventRecorder,
  type GenericObject,
  Informer,
  type KubernetesClient,
  genericResource,
  pods as podResource,
} from '../../kubernetes/index.ts'
import { LevelLoop } from './level-loop.ts'
import { readPodSpec } from './pod-spec.ts'
import { referenceTo } from './reference.ts'

/** What the scheduler works with. */
export interface SchedulerOptions {
  readonly client: KubernetesClient
  readonly events: EventRecorder
  /** Names of the nodes, in order of preference among equals. */
  readonly nodes: readonly string[]
  readonly log: Log
  readonly signal: AbortSignal
}

const pods = genericResource(podResource)

/** Gives each pod without a node to the node that has fewest pods and is not ruled out by its `nodeSelector`. */
export function startScheduler(options: SchedulerOptions): Informer<GenericObject> {
  const { client, log, signal } = options
  const informer = new Informer(client, pods, { log })
  const loop = new LevelLoop(async () => scheduleAll(options), { log, signal })
  const trigger = (): void => loop.trigger()
  informer.on({ added: trigger, updated: trigger, removed: trigger })
  informer.start(signal)
  return informer
}

async function scheduleAll(options: SchedulerOptions): Promise<void> {
  const { items } = await options.client.list(pods, { signal: options.signal })
  const load = new Map(options.nodes.map((node) => [node, 0]))
  const waiting: GenericObject[] = []
  for (const pod of items.toSorted(byAge)) {
    const { nodeName } = readPodSpec(pod.content)
    if (nodeName !== undefined) load.set(nodeName, (load.get(nodeName) ?? 0) + 1)
    else if (pod.metadata.deletionTimestamp === undefined) waiting.push(pod)
  }
  for (const pod of waiting) await schedule(options, pod, load)
}

async function schedule(
  options: SchedulerOptions,
  pod: GenericObject,
  load: Map<string, number>,
): Promise<void> {
  const { client, events, nodes, signal } = options
  const { nodeSelector } = readPodSpec(pod.content)
  const node = chooseNode(nodes, nodeSelector, load)
  if (node === undefined) {
    const message = `0/${nodes.length} nodes are available: none matches the pod's nodeSelector.`
    events.post({ object: referenceTo(pod), type: 'Warning', reason: 'FailedScheduling', message })
    return
  }
  load.set(node, (load.get(node) ?? 0) + 1)
  await client.create(bindingOf(pod), bindingBody(pod, node), { signal })
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${node}`
  events.post({ object: referenceTo(pod), type: 'Normal', reason: 'Scheduled', message })
}

/** The node with fewest pods among those that the selector leaves; the lab's nodes know one label, their name. */
export function chooseNode(
  nodes: readonly string[],
  selector: Readonly<Record<string, string>>,
  load: ReadonlyMap<string, number>,
): string | undefined {
  const fit = nodes.filter((node) =>
    Object.entries(selector).every(([label, value]) => label === 'kubernetes.io/hostname' && value === node),
  )
  return fit.toSorted((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0))[0]
}

// A node is set by creating the pod's subresource `binding`; to the client that is a kind with a longer path.
function bindingOf({ metadata }: GenericObject) {
  return genericResource({
    group: '',
    version: 'v1',
    plural: `pods/${metadata.name}/binding`,
    kind: 'Binding',
    namespaced: true,
  })
}

function bindingBody({ metadata }: GenericObject, node: string): JsonObject {
  return {
    metadata: { name: metadata.name, namespace: metadata.namespace },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  }
}

function byAge(a: GenericObject, b: GenericObject): number {
  const times = [a, b].map(({ metadata }) => metadata.creationTimestamp ?? '')
  if (times[0] !== times[1]) return (times[0] ?? '') < (times[1] ?? '') ? -1 : 1
  return a.metadata.name < b.metadata.name ? -1 : 1
}
