// SPDX-License-Identifier: Apache-2.0

import { listNodeFiles } from './node-files.ts'
import { observeInterfaces } from './observe.ts'
import type { Baseline, NodeFacts, World } from './world.ts'

const watchedDirectories = ['/run/netns', '/var/lib/cni', '/var/run/k8s.cni.cncf.io', '/mnt']

/** The present state of all nodes. */
export async function readBaseline(world: Pick<World, 'nodes' | 'run'>): Promise<Baseline> {
  const entries = await Promise.all(
    world.nodes.map(async (node) => [node.name, await linesOf(node, world.run)] as const),
  )
  return Object.fromEntries(entries)
}

async function linesOf(node: NodeFacts, run: World['run']): Promise<string[]> {
  const links = await observeInterfaces({ run }, node.netns)
  const files = await Promise.all(
    watchedDirectories.map(async (directory) => listNodeFiles(node.root, directory)),
  )
  return [...links.map(({ name }) => `link ${name}`), ...files.flat().map((file) => `file ${file}`)]
}
