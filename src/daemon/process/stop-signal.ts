// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'

/** The order to stop, as the process gets it. */
export interface StopSignal {
  /** Aborted with the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal
  /** Ends at that time. */
  readonly received: Promise<void>
  /** Leaves the two signals to the system again. */
  ignore(): void
}

/** Listens for SIGTERM and SIGINT. */
export function listenForStop(log: Log, onStop: () => void): StopSignal {
  const { promise: received, resolve } = Promise.withResolvers<void>()
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals): void => {
    log.info({ signal: name }, 'daemon is stopping')
    if (controller.signal.aborted) return
    controller.abort()
    onStop()
    resolve()
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
  const ignore = (): void => void process.off('SIGTERM', stop).off('SIGINT', stop)
  return { signal: controller.signal, received, ignore }
}

/**
 * Ends the process after some time, if it has not ended by itself: Kubernetes kills after 30 s what does not, and then
 * nobody learns why.
 */
export function endProcessWithin(ms: number, { log, exitCode }: { log: Log; exitCode: number }): void {
  const end = (): void => {
    const open = process.getActiveResourcesInfo()
    log.error({ open: [...new Set(open)] }, 'daemon ends although not everything has')
    process.exit(exitCode)
  }
  setTimeout(end, ms).unref()
}
