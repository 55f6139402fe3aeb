// SPDX-License-Identifier: Apache-2.0

import { delay } from '../../src/base/index.ts'
import type { MultusNode } from './multus-node.ts'

// Events are sent when there is time.
const settleMs = 1500

/** Says how many requests the daemons made per pod since the nodes were last asked; nothing where they are not counted. */
export async function requestsNote(nodes: readonly MultusNode[], pods: number): Promise<string[]> {
  await delay(settleMs)
  const counts: string[] = []
  for (const node of nodes) {
    const count = await node.takeRequests()
    if (count !== undefined) counts.push(`${node.name} ${(count / pods).toFixed(1)}`)
  }
  return counts.length === 0
    ? []
    : [`Requests to the API server per pod, ADD and DEL, watches left out: ${counts.join(', ')}.`]
}
