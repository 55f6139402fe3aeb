// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'
import type { Call } from '../call.ts'
import type { PodRef } from '../cluster.ts'
import { eventReasons } from './event-reasons.ts'
import type { Attachment } from '../attach/plan.ts'
import { formatStatusAnnotation } from './annotation.ts'
import { statusEntries } from './entries.ts'

/**
 * Writes the status of a pod, once for all its networks (ADD-8). Nothing is written without Kubernetes, nor
 * when no network has anything to say (STS-1, STS-9). Pods of every namespace get one (BUG-5).
 *
 * @throws PlaitError `multus/status-failed` when the write failed before the reply; a later failure is an
 * event, a log line and a count.
 */
export async function publishStatus(
  { services, log }: Call,
  pod: PodRef | undefined,
  attachments: readonly Attachment[],
): Promise<void> {
  const { cluster, statusWriter, statusTiming: timing, onLateStatusFailure } = services
  if (cluster === undefined || pod === undefined) return
  const entries = attachments.flatMap(({ delegate, interfaceName, result, deviceInfo }) =>
    statusEntries(result, { name: delegate.name, interfaceName, master: delegate.master, deviceInfo }),
  )
  if (entries.length === 0) return
  await statusWriter.write({
    cluster,
    pod,
    annotation: formatStatusAnnotation(entries),
    timing,
    log,
    onLateFailure: (error) => {
      log.error({ error }, 'network status not written after the reply')
      const message = describeError(error)
      cluster.postEvent({ pod, type: 'Warning', reason: eventReasons.statusFailed, message })
      onLateStatusFailure(error)
    },
  })
}
