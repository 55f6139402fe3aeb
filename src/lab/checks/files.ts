// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { dirname, matchesGlob } from 'node:path'
import { isMeant } from '../scenario/is-meant.ts'
import { defineCheck, type Finding } from './define-check.ts'
import { listNodeFiles } from './node-files.ts'
import type { NodeFacts } from './world.ts'

const amount = v.pipe(v.number(), v.integer(), v.minValue(0))

const spec = v.strictObject({
  /** Names of nodes; all when absent. */
  nodes: v.optional(v.array(v.string())),
  /** Absolute, with `*` in the last part at most, such as `/mnt/cluster-ipam/lan/192.168.5.*`. */
  path: v.pipe(
    v.string(),
    v.regex(/^(\/[^/*]+)+\/[^/]+$/, 'give an absolute path with "*" in its last part only'),
  ),
  /** How many there are on all these nodes together. */
  count: v.optional(amount),
  /** How many there are on each of them. */
  onEach: v.optional(amount),
})

/** The nodes hold this many files of that name, such as address reservations. */
export const files = defineCheck('files', spec, async ({ nodes, path, count, onEach }, world) => {
  const meant = world.nodes.filter((node) => isMeant(node, nodes))
  const found = await Promise.all(meant.map(async (node) => findFiles(node, path)))
  const where = nodes === undefined ? 'the nodes' : nodes.join(' and ')
  const detail = `there is ${found.flat().join(', ') || 'none'}`
  const findings: Finding[] = []
  if (count !== undefined) {
    findings.push({
      ok: found.flat().length === count,
      text: `${describe(count)} ${path} on ${where}`,
      detail,
    })
  }
  if (onEach !== undefined) {
    const ok = found.every(({ length }) => length === onEach)
    findings.push({ ok, text: `${describe(onEach)} ${path} on each of ${where}`, detail })
  }
  return findings
})

async function findFiles({ name, root }: NodeFacts, path: string): Promise<string[]> {
  const list = await listNodeFiles(root, dirname(path))
  return list.filter((file) => matchesGlob(file, path)).map((file) => `${name}:${file}`)
}

function describe(number: number): string {
  return number === 0 ? 'no file' : `${number} file${number === 1 ? '' : 's'}`
}
