// SPDX-License-Identifier: Apache-2.0

import type { MultusNode } from './multus-node.ts'
import { startPlaitNode } from './plait-node.ts'
import { startUpstreamNode } from './upstream-node.ts'

/** The nodes that do the same by turns. */
export interface Nodes {
  /** plait first; upstream when it can be had. */
  readonly nodes: readonly MultusNode[]
  /** Why upstream is missing. */
  readonly notes: readonly string[]
}

/** Starts plait's node and upstream's; they end with `parts`. */
export async function startNodes(parts: AsyncDisposableStack): Promise<Nodes> {
  const plait = parts.use(await startPlaitNode())
  const upstream = await startUpstreamNode()
  if (typeof upstream === 'string') return { nodes: [plait], notes: [upstream] }
  return { nodes: [plait, parts.use(upstream)], notes: [] }
}
