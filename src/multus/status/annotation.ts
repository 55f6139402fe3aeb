// SPDX-License-Identifier: Apache-2.0

import { formatGoJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import type { NetworkStatus } from './entries.ts'

/** The annotation that says what a pod was attached to. */
export const statusAnnotation = 'k8s.v1.cni.cncf.io/network-status'

/** The text of the annotation, byte for byte as upstream writes it: entries indented, one list around them. */
export function formatStatusAnnotation(entries: readonly NetworkStatus[]): string {
  return `[${entries.map((entry) => formatGoJson(asJson(entry), { indent: 4 })).join(',')}]`
}

function asJson({ dns, ...rest }: NetworkStatus): JsonObject {
  // The keys stand in the order of the entry; only dns is copied, because an interface is no JSON type.
  const { 'device-info': deviceInfo, gateway, ...head } = rest
  return {
    ...head,
    dns: { ...dns },
    ...(deviceInfo && { 'device-info': deviceInfo }),
    ...(gateway && { gateway }),
  }
}
