// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { Call } from '../call.ts'
import type { PodRef } from '../cluster.ts'
import { unheardRequests } from '../delegate/capability-check.ts'
import { eventReasons } from './event-reasons.ts'
import { hasContent } from '../attach/plan.ts'
import type { Attachment } from '../attach/plan.ts'

/**
 * Tells what a pod was attached to, and which of its requests nobody heard. Told once the whole ADD has
 * succeeded: upstream also tells of interfaces that it takes away again.
 */
export function tellAttached(
  { services, log }: Call,
  pod: PodRef | undefined,
  attachments: readonly Attachment[],
): void {
  for (const attachment of attachments) {
    const unheard = unheardRequest(attachment)
    if (unheard) log.warn({ error: unheard }, 'requests of a pod that no plugin takes')
    if (pod === undefined || services.cluster === undefined) continue
    const { cluster } = services
    if (hasContent(attachment.result)) {
      const message = attachedMessage(attachment)
      cluster.postEvent({ pod, type: 'Normal', reason: eventReasons.attached, message })
    }
    if (unheard === undefined) continue
    const { message } = unheard
    cluster.postEvent({ pod, type: 'Warning', reason: eventReasons.requestUnheard, message })
  }
}

/** Upstream's text for one attachment, byte for byte: addresses in brackets with blanks between. */
function attachedMessage({ delegate, interfaceName, result }: Attachment): string {
  const addresses = (result.ips ?? []).map(({ address }) => address).join(' ')
  const from = delegate.name === '' ? '' : ` from ${delegate.name}`
  return `Add ${interfaceName} [${addresses}]${from}`
}

function unheardRequest({ delegate, interfaceName }: Attachment): PlaitError | undefined {
  const capabilities = unheardRequests(delegate)
  if (capabilities.length === 0) return undefined
  const declared = capabilities.map((one) => `"${one}": true`).join(', ')
  return new PlaitError(
    'multus/capability-missing',
    `Cannot hand ${capabilities.join(', ')} to network ${delegate.name} (${interfaceName}): ` +
      `no plugin of it declares the capability; add "capabilities": {${declared}} to the plugin that takes it`,
  )
}
