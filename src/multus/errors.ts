// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf } from '../base/index.ts'
import type { ErrorId } from '../base/index.ts'
import { CniError, cniErrorCode, goQuote, toCniError } from '../cni/index.ts'

/** The pod as errors name it; fields that are not known are empty. */
export interface PodName {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** Failures that another attempt may not meet: the runtime is told so (CNI code 11). */
const retriable: ReadonlySet<ErrorId> = new Set<ErrorId>([
  'multus/pod-missing',
  'multus/pod-replaced',
  'kubernetes/unreachable',
  'kubernetes/timeout',
  'kubernetes/busy',
  'kubernetes/server-error',
  'system/timeout',
  'system/queue-full',
])

/**
 * A failure of Multus itself, `Multus: [ns/pod/uid]: …` (ERR-1). A CNI error on the way keeps its code and
 * details; upstream makes 999 of all (ERR-4).
 *
 * @param pod absent until CNI_ARGS were read: then the bracket is left out.
 */
export function commandError(error: unknown, pod?: PodName): CniError {
  return decorate(`Multus: ${pod ? `[${pod.namespace}/${pod.name}/${pod.uid}]: ` : ''}`, error)
}

/** A failure of one network, `[ns/pod/uid:network]: error adding container to network "network": …` (ERR-2). */
export function attachError(error: unknown, pod: PodName, networkName: string): CniError {
  const place = `[${pod.namespace}/${pod.name}/${pod.uid}:${networkName}]`
  return decorate(
    `${place}: error adding container to network ${goQuote(networkName)}: `,
    error,
    'multus/attach-failed',
  )
}

/** The error with a text before its own; code and details stay. */
export function decorate(prefix: string, error: unknown, fallbackId?: ErrorId): CniError {
  const id = errorIdOf(error) ?? fallbackId
  // A CNI error's own text already holds what led to it.
  const { code, msg, details } = error instanceof CniError ? error : plain(error, id)
  return new CniError(code, prefix + msg, { details, cause: error, id })
}

function plain(error: unknown, id: ErrorId | undefined): { code: number; msg: string; details?: string } {
  const { code } = toCniError(error)
  const isRetriable = code === cniErrorCode.internal && id !== undefined && retriable.has(id)
  return { code: isRetriable ? cniErrorCode.tryAgainLater : code, msg: describeError(error) }
}

/**
 * What `run` gives; its failure gets a text before its own.
 *
 * @throws PlaitError with the id of the failure.
 */
export async function withPrefix<T>(prefix: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw new Error(prefix, { cause: error })
  }
}
