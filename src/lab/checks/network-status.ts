// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { parseJson } from '../../base/index.ts'
import { defineCheck, type Finding } from './define-check.ts'
import { observeInterfaces } from './observe.ts'
import { netnsOf, podPattern, selectPods } from './select-pods.ts'
import type { PodFacts, World } from './world.ts'

const annotation = 'k8s.v1.cni.cncf.io/network-status'

const statusList = v.array(
  v.object({
    name: v.string(),
    interface: v.optional(v.string()),
    ips: v.optional(v.array(v.string()), []),
    mac: v.optional(v.string()),
    default: v.optional(v.boolean(), false),
  }),
)

/** One entry of the `network-status` annotation. */
export type StatusEntry = v.InferOutput<typeof statusList>[number]

/** The entries of a pod's `network-status` annotation; none when it has no such annotation. @throws on bad JSON. */
export function readNetworkStatus(annotations: Readonly<Record<string, string>>): StatusEntry[] {
  const text = annotations[annotation]
  return text === undefined ? [] : v.parse(statusList, parseJson(text))
}

const spec = v.strictObject({
  pods: podPattern,
  entries: v.array(
    v.strictObject({
      name: v.string(),
      interface: v.string(),
      default: v.optional(v.boolean(), false),
    }),
  ),
})

/** `network-status` lists exactly these networks, in this order, and agrees with the interfaces of the namespace. */
export const networkStatus = defineCheck('networkStatus', spec, async ({ pods, entries }, world) => {
  const findings: Finding[] = []
  for (const pod of await selectPods(world, pods)) {
    const found = readNetworkStatus(pod.annotations)
    const want = entries.map(describeEntry).join(', ')
    findings.push({
      ok: found.map(describeEntry).join(', ') === want,
      text: `network-status of ${pod.name} lists ${want}`,
      detail: `it lists ${found.map(describeEntry).join(', ') || 'nothing'}`,
    })
    findings.push(...(await compareWithNamespace(world, pod, found)))
  }
  return findings
})

function describeEntry(entry: {
  readonly name: string
  readonly interface?: string | undefined
  readonly default: boolean
}): string {
  return `${entry.name} on ${entry.interface ?? '?'}${entry.default ? ' (default)' : ''}`
}

async function compareWithNamespace(
  world: World,
  pod: PodFacts,
  entries: readonly StatusEntry[],
): Promise<Finding[]> {
  const links = await observeInterfaces(world, netnsOf(pod))
  return entries.map((entry) => {
    const link = links.find(({ name }) => name === entry.interface)
    const addresses = link?.addresses.map((cidr) => cidr.split('/', 1)[0]) ?? []
    return {
      ok: link !== undefined && link.mac === entry.mac && addresses.join() === entry.ips.join(),
      text: `network-status of ${pod.name} tells ${entry.interface}'s addresses and MAC as the namespace has them`,
      detail: `it tells ${entry.ips.join()} ${entry.mac ?? 'no MAC'}, there is ${addresses.join()} ${link?.mac ?? 'no such link'}`,
    }
  })
}
