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

/** What to do about failures whose texts are upstream's and leave it open; said in the details. */
const remedies: Partial<Record<ErrorId, string>> = {
  'cni/cache-failed': 'look at free space, permissions and mounts there',
  'cni/plugin-missing': 'correct "type", or install the plugin on the node',
  'ipam/address-refused': 'ask for a free address of the ranges, or for none',
  'multus/annotation-invalid': 'correct the annotation of the pod',
  'multus/cache-failed': 'look at free space, permissions and mounts there',
  'multus/cni-args-invalid': 'look at what the container runtime passes',
  'multus/config-invalid': 'correct the configuration of Multus',
  'multus/default-route-conflict': 'name one gateway of each family, on one attachment',
  'multus/namespace-isolation':
    'use a definition in the namespace of the pod, or add the other one to globalNamespaces',
  'multus/network-missing': 'correct clusterNetwork or defaultNetworks, or add the network',
  'multus/no-api': 'give a kubeconfig, or list the networks under "delegates"',
  'multus/not-ready': 'look at the pods of the default network on this node',
  'multus/status-failed': 'look at the API server, and at the right to patch pods/status',
  'net/namespace-missing': 'look at the container runtime, unless the pod is being removed',
  'net/not-a-namespace': 'pass a network namespace, such as /run/netns/<name>',
}

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
  const { msg, details = id && remedies[id] } = explain(error)
  return new CniError(codeOf(error, id), prefix + msg, { details, cause: error, id })
}

/** The text of an error and of what led to it in one line, without the details of a CNI error among them. */
export function textOf(error: unknown): string {
  return explain(error).msg
}

// A CNI error's own text already holds what led to it. Same bound as describeError(): a chain can be circular.
function explain(error: unknown, depth = 16): { readonly msg: string; readonly details?: string } {
  if (error instanceof CniError) return error
  const isEnd = !(error instanceof Error) || error.cause === undefined || error instanceof AggregateError
  if (isEnd || depth === 0) return { msg: describeError(error) }
  const { msg, details } = explain(error.cause, depth - 1)
  const own = describeError(new Error(error.message))
  return { msg: own.endsWith(msg) ? own : `${own}: ${msg}`, ...(details !== undefined && { details }) }
}

function codeOf(error: unknown, id: ErrorId | undefined): number {
  const { code } = toCniError(error)
  const isOurs = !(error instanceof CniError) && code === cniErrorCode.internal
  return isOurs && id !== undefined && retriable.has(id) ? cniErrorCode.tryAgainLater : code
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
