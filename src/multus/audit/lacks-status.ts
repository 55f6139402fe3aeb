// SPDX-License-Identifier: Apache-2.0

import type { Pod } from '../../kubernetes/index.ts'
import { statusAnnotation } from '../status/annotation.ts'

// What upstream called it up to version 3.7.
const earlierAnnotation = 'k8s.v1.cni.cncf.io/networks-status'

/**
 * Whether a pod ought to have a status and has none: its containers were started, so that its ADD is over, it has a
 * network of its own, and it is not ending.
 */
export function lacksStatus({ metadata, spec, status }: Pod): boolean {
  const { annotations, deletionTimestamp } = metadata
  if (status.phase !== 'Running' || spec.hostNetwork || deletionTimestamp !== undefined) return false
  return annotations[statusAnnotation] === undefined && annotations[earlierAnnotation] === undefined
}
