// SPDX-License-Identifier: Apache-2.0

import { delay, formatIp, PlaitError } from '../../base/index.ts'
import type { Namespace } from './namespace.ts'

/** How long to wait. */
export interface SettleOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

const intervalMs = 20

/**
 * Waits until duplicate address detection has accepted all IPv6 addresses of a link. A link that is not
 * operational when the time is over is no failure: nothing can be detected on it.
 *
 * @throws PlaitError with the texts of the Go plugins (pkg/ip); the signal's reason.
 */
export async function waitForAddresses(
  namespace: Namespace,
  ifIndex: number,
  options: SettleOptions,
): Promise<void> {
  const { timeoutMs, signal } = options
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const addresses = namespace.addresses.list({ ifIndex, family: 6 })
    const failed = addresses.find((address) => address.dadFailed)
    if (failed !== undefined) {
      const what = `${nameOf(namespace, ifIndex)} has address ${formatIp(failed.address.address)} in DADFAILED state`
      throw new PlaitError('net/dad-failed', `link ${what}`)
    }
    if (!addresses.some((address) => address.tentative)) return
    if (performance.now() >= deadline) break
    await delay(intervalMs, signal)
  }
  if (namespace.links.byIndex(ifIndex)?.operState !== 'up') return
  const what = `${nameOf(namespace, ifIndex)} still has tentative addresses after ${timeoutMs / 1000} seconds`
  throw new PlaitError('net/address-tentative', `link ${what}`)
}

function nameOf(namespace: Namespace, ifIndex: number): string {
  return namespace.links.byIndex(ifIndex)?.name ?? String(ifIndex)
}
