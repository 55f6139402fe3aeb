// SPDX-License-Identifier: Apache-2.0

import type { Topology } from '../scenario/topology.ts'

/** A pod as the API server and the lab's runtime know it at one moment. */
export interface PodFacts {
  readonly namespace: string
  readonly name: string
  readonly node: string
  readonly phase: string
  readonly ready: boolean
  readonly annotations: Readonly<Record<string, string>>
  /** Path of the pod's network namespace as seen from the lab; undefined while there is no sandbox. */
  readonly netns: string | undefined
}

/** An event about a pod. */
export interface EventFacts {
  readonly namespace: string
  readonly pod: string
  readonly reason: string
  readonly message: string
  readonly count: number
}

/** An event about a node. */
export interface NodeEventFacts {
  readonly node: string
  readonly reason: string
  readonly message: string
}

/** A node as the lab sees it from outside. */
export interface NodeFacts {
  readonly name: string
  readonly netns: string
  /** Directory under which the node's own files are found. */
  readonly root: string
}

/** What a node holds that pods could leave behind, as lines such as `link cni0` and `file /var/lib/cni/…`. */
export type Baseline = Readonly<Record<string, readonly string[]>>

/** What expectations are held against: a running lab, asked with programs and files that are not plait's own. */
export interface World {
  readonly topology: Topology
  readonly nodes: readonly NodeFacts[]
  /** How the nodes looked before the first manifest was applied. */
  readonly baseline: Baseline
  pods(): Promise<PodFacts[]>
  events(): Promise<EventFacts[]>
  nodeEvents(): Promise<NodeEventFacts[]>
  /** Runs a program of the machine in a network namespace; gives its standard output. */
  run(netns: string, argv: readonly string[]): Promise<string>
  /** Runs a shell script on a node, with the node's files; gives its standard output. @throws CommandError */
  runOnNode(node: NodeFacts, script: string): Promise<string>
}
