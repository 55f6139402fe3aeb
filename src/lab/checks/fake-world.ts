// SPDX-License-Identifier: Apache-2.0

import type { EventFacts, NodeEventFacts, PodFacts, World } from './world.ts'

/** What a fake world holds: pods, and what commands print in their namespaces. */
export interface FakeWorldContent {
  readonly pods?: readonly Partial<PodFacts>[]
  readonly events?: readonly Partial<EventFacts>[]
  readonly nodeEvents?: readonly NodeEventFacts[]
  /** Standard output by namespace and command line, such as `a: ip -j route get 10.0.0.1`; an Error is thrown. */
  readonly outputs?: Readonly<Record<string, string | Error>>
  readonly nodes?: World['nodes']
  readonly baseline?: World['baseline']
}

/** A world for tests of expectations; a pod's namespace is called like the pod. */
export function fakeWorld({
  pods = [],
  events = [],
  nodeEvents = [],
  outputs = {},
  nodes = [],
  baseline = {},
}: FakeWorldContent): World {
  return {
    topology: {
      about: '',
      networks: [],
      routers: [],
      controlPlane: { network: 'uplink', address: '10.1.1.2/24' },
      podSubnet: '10.233.0.0/16',
      nodes: [],
    },
    nodes,
    baseline,
    pods: async () => pods.map(completePod),
    events: async () => events.map(completeEvent),
    nodeEvents: async () => [...nodeEvents],
    run: async (netns, argv) => say(outputs, `${netns}: ${argv.join(' ')}`),
    runOnNode: async (node, script) => say(outputs, `${node.name}: ${script}`),
  }
}

function say(outputs: Readonly<Record<string, string | Error>>, command: string): string {
  const output = outputs[command]
  if (typeof output === 'string') return output
  throw output ?? new Error(`nobody said what "${command}" prints`)
}

function completePod(pod: Partial<PodFacts>): PodFacts {
  const { name = 'a' } = pod
  return {
    namespace: 'default',
    name,
    node: 'n1',
    phase: 'Running',
    ready: true,
    annotations: {},
    netns: name,
    ...pod,
  }
}

function completeEvent(event: Partial<EventFacts>): EventFacts {
  return { namespace: 'default', pod: 'a', reason: '', message: '', count: 1, ...event }
}
