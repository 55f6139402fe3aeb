// SPDX-License-Identifier: Apache-2.0

import { toError } from '../errors/to-error.ts'

/**
 * Waits for a time in milliseconds.
 *
 * @throws the signal's reason as soon as it is aborted.
 */
export async function delay(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(finish, ms)
    function finish(): void {
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    function abort(): void {
      clearTimeout(timer)
      reject(toError(signal?.reason))
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}
