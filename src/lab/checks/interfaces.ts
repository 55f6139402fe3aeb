// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { addressRange, formatRange, isInRange, type AddressRange } from './address-range.ts'
import { defineCheck, type Finding } from './define-check.ts'
import { observeInterfaces, type ObservedInterface } from './observe.ts'
import { netnsOf, podPattern, selectPods } from './select-pods.ts'

const wanted = v.strictObject({
  kind: v.optional(v.string()),
  /** `none` for an interface that is up without any address. */
  address: v.optional(v.union([v.literal('none'), addressRange])),
})

/** The pods have exactly these interfaces, up, of these kinds, with addresses from these ranges. */
export const interfaces = defineCheck(
  'interfaces',
  v.strictObject({ pods: podPattern, are: v.record(v.string(), v.nullable(wanted)) }),
  async ({ pods, are }, world) => {
    const findings: Finding[] = []
    for (const pod of await selectPods(world, pods)) {
      const found = await observeInterfaces(world, netnsOf(pod))
      findings.push(sameNames(pod.name, found, Object.keys(are)))
      for (const [name, want] of Object.entries(are)) {
        const link = found.find((one) => one.name === name)
        if (link !== undefined && want !== null) findings.push(...judge(pod.name, link, want))
      }
    }
    return findings
  },
)

function sameNames(pod: string, found: readonly ObservedInterface[], names: readonly string[]): Finding {
  const actual = found.map(({ name }) => name)
  const ok = actual.length === names.length && names.every((name) => actual.includes(name))
  return { ok, text: `${pod} has the interfaces ${names.join(', ')}`, detail: `it has ${actual.join(', ')}` }
}

function judge(pod: string, link: ObservedInterface, want: v.InferOutput<typeof wanted>): Finding[] {
  const findings: Finding[] = [{ ok: link.up, text: `${pod} ${link.name} is up`, detail: 'it is down' }]
  if (want.kind !== undefined) {
    findings.push({
      ok: link.kind === want.kind,
      text: `${pod} ${link.name} is a ${want.kind}`,
      detail: `it is a ${link.kind ?? 'plain interface'}`,
    })
  }
  return want.address === undefined ? findings : [...findings, judgeAddress(pod, link, want.address)]
}

function judgeAddress(pod: string, link: ObservedInterface, want: AddressRange | 'none'): Finding {
  const detail = `it has ${link.addresses.join(', ') || 'no address'}`
  if (want === 'none') {
    return { ok: link.addresses.length === 0, text: `${pod} ${link.name} has no address`, detail }
  }
  const [address] = link.addresses
  return {
    ok: link.addresses.length === 1 && address !== undefined && isInRange(address, want),
    text: `${pod} ${link.name} has one address of ${formatRange(want)}`,
    detail,
  }
}
