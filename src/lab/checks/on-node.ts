// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { isMeant } from '../scenario/is-meant.ts'
import { defineCheck } from './define-check.ts'

const spec = v.strictObject({
  /** Names of nodes; all when absent. */
  nodes: v.optional(v.array(v.string())),
  /** A shell script that looks at the node. */
  sh: v.string(),
  /** What it prints, line by line. */
  prints: v.array(v.string()),
})

/** A script of the machine's own programs prints exactly these lines on the nodes. */
export const onNode = defineCheck('onNode', spec, async ({ nodes, sh, prints }, world) => {
  const meant = world.nodes.filter((node) => isMeant(node, nodes))
  return Promise.all(
    meant.map(async (node) => {
      const output = await world.runOnNode(node, sh)
      const lines = output === '' ? [] : output.replace(/\n$/, '').split('\n')
      const ok = lines.length === prints.length && lines.every((line, index) => line === prints[index])
      const text = `${node.name}: ${sh.trim()} prints ${prints.join(' | ') || 'nothing'}`
      return { ok, text, detail: `it prints ${lines.join(' | ') || 'nothing'}` }
    }),
  )
})
