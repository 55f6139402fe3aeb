// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { isMeant } from '../scenario/is-meant.ts'
import { defineCheck } from './define-check.ts'

const spec = v.strictObject({
  /** Names of nodes; all when absent. */
  nodes: v.optional(v.array(v.string())),
  reason: v.string(),
  /** Pieces of text; each must be in one of the node's events of that reason. */
  messages: v.pipe(v.array(v.string()), v.minLength(1)),
})

/** Each of the nodes has events of this reason with these texts in them. */
export const nodeEvents = defineCheck('nodeEvents', spec, async ({ nodes, reason, messages }, world) => {
  const all = await world.nodeEvents()
  const meant = world.nodes.filter((node) => isMeant(node, nodes))
  return meant.flatMap(({ name }) => {
    const mine = all.filter((event) => event.node === name && event.reason === reason)
    const detail =
      mine.length === 0 ? 'there is none' : `they say: ${mine.map(({ message }) => message).join(' | ')}`
    return messages.map((piece) => ({
      ok: mine.some(({ message }) => message.includes(piece)),
      text: `${name} has an event ${reason} that says "${piece}"`,
      detail,
    }))
  })
})
