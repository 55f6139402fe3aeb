// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { defineCheck, type Finding } from './define-check.ts'
import { observeInterfaces, observeRoutes, observeRules } from './observe.ts'
import { netnsOf, podPattern, selectPods } from './select-pods.ts'
import type { PodFacts, World } from './world.ts'

const spec = v.strictObject({
  pods: podPattern,
  /** Traffic from this interface's address has a table of its own. */
  fromInterface: v.string(),
  /** The default route of that table. */
  default: v.strictObject({ dev: v.string(), via: v.string() }),
})

/** A rule sends traffic from an interface's own address to a table of its own, whose default route is as asked. */
export const sourceRule = defineCheck('sourceRule', spec, async (asked, world) => {
  const pods = await selectPods(world, asked.pods)
  const findings = await Promise.all(pods.map(async (pod) => judge(world, pod, asked)))
  return findings.flat()
})

async function judge(world: World, pod: PodFacts, asked: v.InferOutput<typeof spec>): Promise<Finding[]> {
  const netns = netnsOf(pod)
  const links = await observeInterfaces(world, netns)
  const [cidr = '?'] = links.find(({ name }) => name === asked.fromInterface)?.addresses ?? []
  const source = cidr.split('/', 1)[0] ?? cidr
  const rules = await observeRules(world, netns, source.includes(':') ? 6 : 4)
  const rule = rules.find(({ src }) => src === source)
  const found = {
    ok: rule !== undefined && rule.table !== 'main',
    text: `${pod.name} has a rule for traffic from ${source} (${asked.fromInterface}) to a table of its own`,
    detail: `its rules are ${rules.map(({ src, table }) => `from ${src} lookup ${table}`).join(', ')}`,
  }
  if (rule === undefined) return [found]
  const routes = await observeRoutes(world, netns, ['route', 'show', 'default', 'table', rule.table])
  const { dev, via } = asked.default
  return [
    found,
    {
      ok: routes.length === 1 && routes[0]?.dev === dev && routes[0].gateway === via,
      text: `the default route of ${pod.name}'s table ${rule.table} is ${dev} via ${via}`,
      detail: `it is ${routes.map((one) => `${one.dev} via ${one.gateway ?? 'none'}`).join(' and ') || 'missing'}`,
    },
  ]
}
