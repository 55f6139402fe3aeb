// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { defineCheck, type Finding } from './define-check.ts'
import { isMeant, podPattern, selectPods } from './select-pods.ts'

const spec = v.strictObject({
  pods: podPattern,
  reason: v.string(),
  /** Pieces of text; each must be in one of the pod's events of that reason. */
  messages: v.optional(v.array(v.string()), []),
  /** Expect that there is no event of that reason. */
  none: v.optional(v.boolean(), false),
})

/** Each of the pods has events of this reason with these texts in them (or none at all). */
export const events = defineCheck('events', spec, async ({ pods, reason, messages, none }, world) => {
  const all = await world.events()
  const findings: Finding[] = []
  for (const pod of await selectPods(world, pods)) {
    const mine = all
      .filter(
        (event) =>
          event.reason === reason && event.pod === pod.name && isMeant({ ...event, name: event.pod }, pods),
      )
      .map(({ message }) => message)
    const detail = mine.length === 0 ? 'there is none' : `the messages are: ${mine.join(' | ')}`
    if (none) {
      findings.push({ ok: mine.length === 0, text: `${pod.name} has no event ${reason}`, detail })
    } else if (messages.length === 0) {
      findings.push({ ok: mine.length > 0, text: `${pod.name} has an event ${reason}`, detail })
    }
    for (const piece of none ? [] : messages) {
      const ok = mine.some((message) => message.includes(piece))
      findings.push({ ok, text: `${pod.name} has an event ${reason} that says "${piece}"`, detail })
    }
  }
  return findings
})
