// SPDX-License-Identifier: Apache-2.0

import { randomInt } from 'node:crypto'
import type { JsonValue } from '../../base/index.ts'

// Kubernetes' alphabet for generated names: no vowels and no digits that look like them, so no words come out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** Five random characters, as the API server and the controllers put at the end of a pod's name. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** The value of the label `pod-template-hash`: the same for equal templates, whatever the order of their keys. */
export function templateHash(template: JsonValue): string {
  const sum = fnv1a(canonical(template))
  return Array.from(String(sum), (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('')
}

/** FNV-1a, 32 bits: the hash that the deployment controller uses as well. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash
}

function canonical(value: JsonValue | undefined): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
