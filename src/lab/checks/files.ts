// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { dirname, matchesGlob } from 'node:path'
import { defineCheck, type Finding } from './define-check.ts'
import { listNodeFiles } from './node-files.ts'

const spec = v.strictObject({
  /** Names of nodes; all when absent. */
  nodes: v.optional(v.array(v.string())),
  /** Absolute, with `*` in the last part at most, such as `/mnt/cluster-ipam/lan/192.168.5.*`. */
  path: v.pipe(
    v.string(),
    v.regex(/^(\/[^/*]+)+\/[^/]+$/, 'give an absolute path with "*" in its last part only'),
  ),
  /** How many of the files there are on all these nodes together. */
  count: v.pipe(v.number(), v.integer(), v.minValue(0)),
})

/** The nodes hold this many files of that name, such as address reservations. */
export const files = defineCheck('files', spec, async ({ nodes, path, count }, world) => {
  const found: string[] = []
  for (const node of world.nodes.filter(({ name }) => nodes?.includes(name) ?? true)) {
    const list = await listNodeFiles(node.root, dirname(path))
    found.push(...list.filter((file) => matchesGlob(file, path)).map((file) => `${node.name}:${file}`))
  }
  const where = nodes === undefined ? 'the nodes' : nodes.join(' and ')
  const finding: Finding = {
    ok: found.length === count,
    text: `${count === 0 ? 'no file' : `${count} file${count === 1 ? '' : 's'}`} ${path} on ${where}`,
    detail: `there is ${found.join(', ') || 'none'}`,
  }
  return [finding]
})
