// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { matchesGlob } from 'node:path'
import { readBaseline } from './baseline.ts'
import { defineCheck } from './define-check.ts'
import type { World } from './world.ts'

const keptByDesign = [
  // What upstream's plugins leave as well, on purpose: bridge keeps its bridge, host-local its lock and its mark.
  'file /var/lib/cni/networks/*/lock',
  'file /var/lib/cni/networks/*/last_reserved_ip.*',
  // What the daemon remembers about its node; a pod's file has the identifier of a container, which has no dot first.
  'file /var/lib/cni/multus/.*',
]

const spec = v.strictObject({
  /** Lines that may stay beyond what upstream leaves too, such as `link cni0`, with `*`. */
  except: v.optional(v.array(v.string()), []),
})

/** The nodes hold nothing that they did not hold before the first pod: no link, namespace, reservation or file. */
export const nothingLeft = defineCheck('nothingLeft', spec, async ({ except }, world) => {
  const allowed = [...keptByDesign, ...except]
  const left = await leftovers(world, allowed)
  return [
    {
      ok: left.length === 0,
      text: 'no link, namespace, reservation or file is left on any node',
      detail: left.length === 0 ? 'the nodes are as before' : `left: ${left.join(', ')}`,
    },
  ]
})

async function leftovers(world: World, allowed: readonly string[]): Promise<string[]> {
  const present = await readBaseline(world)
  return Object.entries(present).flatMap(([node, lines]) => {
    const before = new Set(world.baseline[node])
    return lines
      .filter((line) => !before.has(line) && !allowed.some((pattern) => matchesGlob(line, pattern)))
      .map((line) => `${node}: ${line}`)
  })
}
