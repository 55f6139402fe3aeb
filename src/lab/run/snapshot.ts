// SPDX-License-Identifier: Apache-2.0

import { networksAnnotation, parseNetworks } from '../../multus/index.ts'
import { readNetworkStatus } from '../checks/network-status.ts'
import { observeInterfaces } from '../checks/observe.ts'
import type { EventFacts, PodFacts, World } from '../checks/world.ts'
import type { InterfaceRecord, PodRecord } from '../report/record.ts'

/** How all pods of a lab stand at this moment. */
export async function snapshotPods(world: World): Promise<PodRecord[]> {
  const events = await world.events()
  const pods = await world.pods()
  return Promise.all(pods.map(async (pod) => snapshotPod(world, pod, events)))
}

/** How many events there are of each reason. */
export function countEvents(events: readonly EventFacts[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { reason, count } of events) counts[reason] = (counts[reason] ?? 0) + count
  return counts
}

async function snapshotPod(world: World, pod: PodFacts, events: readonly EventFacts[]): Promise<PodRecord> {
  const { namespace, name, node, phase } = pod
  const problem = events.findLast(
    (event) =>
      event.reason === 'FailedCreatePodSandBox' && event.namespace === namespace && event.pod === name,
  )?.message
  return {
    namespace,
    name,
    node,
    phase,
    interfaces: pod.netns === undefined ? [] : await compareInterfaces(world, pod, pod.netns),
    problem: pod.netns === undefined ? problem : undefined,
  }
}

async function compareInterfaces(world: World, pod: PodFacts, netns: string): Promise<InterfaceRecord[]> {
  const observed = await observeInterfaces(world, netns)
  const reported = readNetworkStatus(pod.annotations)
  const requested = requestedInterfaces(pod)
  const names = new Set([
    ...observed.map(({ name }) => name),
    ...requested.keys(),
    ...reported.flatMap((entry) => entry.interface ?? []),
  ])
  names.delete('lo')
  return [...names].map((name) => ({
    name,
    requested: requested.get(name),
    reported: reported.find((entry) => entry.interface === name)?.ips,
    observed: observed.find((link) => link.name === name),
  }))
}

/** Interface names by what the annotation asks for: `net1`, `net2`, … unless it says otherwise (spec IF-1). */
function requestedInterfaces({ annotations, namespace }: PodFacts): Map<string, string> {
  const selections = parseNetworks(annotations[networksAnnotation] ?? '', namespace)
  const entries = selections.map((one, index): [string, string] => [
    one.interfaceName ?? `net${index + 1}`,
    one.namespace === namespace ? one.name : `${one.namespace}/${one.name}`,
  ])
  return new Map([['eth0', 'cluster default'], ...entries])
}
