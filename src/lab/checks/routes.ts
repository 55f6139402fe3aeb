// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { defineCheck, type Finding } from './define-check.ts'
import { observeInterfaces, observeRouteTo, observeRoutes, type ObservedRoute } from './observe.ts'
import { netnsOf, podPattern, selectPods } from './select-pods.ts'
import type { World } from './world.ts'

const nextHop = v.strictObject({ dev: v.string(), via: v.optional(v.string()) })

/** Traffic of the pods to an address leaves by this interface (and gateway), as the kernel itself answers. */
export const route = defineCheck(
  'route',
  v.strictObject({
    pods: podPattern,
    to: v.string(),
    /** The interface whose address is the source of the traffic; unbound traffic when absent. */
    fromInterface: v.optional(v.string()),
    ...nextHop.entries,
  }),
  async ({ pods, to, fromInterface, dev, via }, world) => {
    const findings: Finding[] = []
    for (const pod of await selectPods(world, pods)) {
      const netns = netnsOf(pod)
      const from = fromInterface === undefined ? undefined : await addressOf(world, netns, fromInterface)
      const found = await observeRouteTo(world, netns, { to, from })
      findings.push({
        ok: found?.dev === dev && found.gateway === via,
        text: `${pod.name} sends traffic for ${to}${from === undefined ? '' : ` from ${from}`} by ${formatHop({ dev, via })}`,
        detail: found === undefined ? 'there is no route' : `it leaves by ${formatHop(found)}`,
      })
    }
    return findings
  },
)

/** The pods' main table has exactly these default routes of one address family. */
export const defaultRoutes = defineCheck(
  'defaultRoutes',
  v.strictObject({
    pods: podPattern,
    family: v.optional(v.picklist([4, 6]), 4),
    are: v.array(nextHop),
  }),
  async ({ pods, family, are }, world) => {
    const findings: Finding[] = []
    const want = are.map(({ dev, via }) => formatHop({ dev, via })).sort()
    for (const pod of await selectPods(world, pods)) {
      const found = await observeRoutes(world, netnsOf(pod), [`-${family}`, 'route', 'show', 'default'])
      const actual = found.map(formatHop).sort()
      findings.push({
        ok: actual.join() === want.join(),
        text: `${pod.name} has ${want.length === 0 ? 'no default route' : `the default route ${want.join(' and ')} and no other`}`,
        detail: `it has ${actual.join(' and ') || 'none'}`,
      })
    }
    return findings
  },
)

async function addressOf(world: World, netns: string, name: string): Promise<string> {
  const links = await observeInterfaces(world, netns)
  const [cidr] = links.find((link) => link.name === name)?.addresses ?? []
  if (cidr === undefined) throw new Error(`there is no address on ${name}`)
  return cidr.split('/', 1)[0] ?? cidr
}

function formatHop({
  dev,
  gateway,
  via,
}: Partial<Pick<ObservedRoute, 'dev' | 'gateway'>> & { readonly via?: string | undefined }): string {
  const hop = gateway ?? via
  return hop === undefined ? `${dev}` : `${dev} via ${hop}`
}
