// SPDX-License-Identifier: Apache-2.0

import { describeError, PlaitError, tryParseIp } from '../../base/index.ts'
import { goQuote, selectCniArgs } from '../../cni/index.ts'
import type { CniArg } from '../../cni/index.ts'

/** What the runtime says about the pod in CNI_ARGS; a key that is absent is empty (ARG-2). */
export interface K8sArgs {
  readonly namespace: string
  readonly name: string
  readonly infraContainerId: string
  readonly uid: string
}

const keys = ['IP', 'K8S_POD_NAMESPACE', 'K8S_POD_NAME', 'K8S_POD_INFRA_CONTAINER_ID', 'K8S_POD_UID']

/**
 * The pod that CNI_ARGS name (spec §5.1).
 *
 * @throws PlaitError `multus/cni-args-invalid` with upstream's text.
 */
export function parseK8sArgs(text: string): K8sArgs {
  const args = select(text)
  const ip = args.get('IP') ?? ''
  if (ip !== '' && tryParseIp(ip) === undefined) {
    throw invalid(`ARGS: error parsing value of pair ${goQuote(`IP=${ip}`)}: invalid IP address: ${ip}`)
  }
  return {
    namespace: args.get('K8S_POD_NAMESPACE') ?? '',
    name: args.get('K8S_POD_NAME') ?? '',
    infraContainerId: args.get('K8S_POD_INFRA_CONTAINER_ID') ?? '',
    uid: args.get('K8S_POD_UID') ?? '',
  }
}

/**
 * The arguments that every delegate gets: the five of upstream in its order, present even when empty
 * (RT-2), then what else the runtime passed. A key never stands twice; upstream's thin plugin repeats
 * them, and plugins differ in which of two they take (RT-3, BUG-32).
 */
export function delegateArgs(pod: K8sArgs, runtimeArgs: string): readonly CniArg[] {
  const args = new Map([
    ['IgnoreUnknown', 'true'],
    ['K8S_POD_NAMESPACE', pod.namespace],
    ['K8S_POD_NAME', pod.name],
    ['K8S_POD_INFRA_CONTAINER_ID', pod.infraContainerId],
    ['K8S_POD_UID', pod.uid],
  ])
  for (const [key, value] of runtimeArgs.split(';').flatMap(splitPair)) {
    if (!args.get(key)) args.set(key, value)
  }
  return [...args]
}

// Pairs without "=" are skipped, and a value may contain one.
function splitPair(pair: string): CniArg[] {
  const at = pair.indexOf('=')
  return at === -1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]]
}

function select(text: string): ReadonlyMap<string, string> {
  try {
    return selectCniArgs(text, keys)
  } catch (error) {
    throw invalid(describeError(error))
  }
}

function invalid(problem: string): PlaitError {
  return new PlaitError('multus/cni-args-invalid', `error getting k8s args: ${problem}`)
}
