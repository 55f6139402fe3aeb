// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { CniResult } from '../../cni/index.ts'
import type { Assembly } from '../delegate/delegates.ts'
import type { Delegate } from '../delegate/delegate.ts'
import type { PodInfo } from '../pod/pod.ts'

/** Everything that an ADD is going to do, decided before anything is made. */
export interface AddPlan extends Assembly {
  /** Absent without Kubernetes. */
  readonly pod: PodInfo | undefined
  /** The interface name of each delegate. */
  readonly names: readonly string[]
}

/** One network that a pod was attached to. */
export interface Attachment {
  readonly delegate: Delegate
  readonly interfaceName: string
  readonly result: CniResult
  /** What the plugins left about the device of the attachment, if it has one. */
  readonly deviceInfo?: JsonObject
}

/** Whether a result says that something was made; passthru's does not. */
export function hasContent({ interfaces, ips }: CniResult): boolean {
  return Boolean(interfaces?.length) || Boolean(ips?.length)
}
