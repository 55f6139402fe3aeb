// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import type { EventSink } from '../../multus/index.ts'
import type { Readiness } from '../server/readiness.ts'
import { askForAnnotations } from './ask-for-annotations.ts'
import type { AutoconfigSettings } from './settings.ts'

/** Who is told about the node's CNI configuration. */
export interface AutoconfigOptions {
  readonly log: Log
  /** Gets the condition `cni-configuration`. */
  readonly readiness: Readiness
  /** Where events about the node go; nowhere without a cluster. */
  readonly events?: EventSink | undefined
  /** Name of this node in the cluster. */
  readonly nodeName?: string | undefined
}

/**
 * Begins to keep the node's CNI configuration in place; the readiness tells when it is. Call it when the socket is
 * served: the runtime calls as soon as it finds the configuration.
 */
export async function startAutoconfig(
  settings: AutoconfigSettings,
  { log, readiness, events, nodeName }: AutoconfigOptions,
): Promise<AsyncDisposable> {
  const condition = readiness.condition('cni-configuration', 'it is not written yet')
  // Loaded only where it is asked for.
  const { NodeConfiguration } = await import('./node-configuration.ts')
  return new NodeConfiguration(askForAnnotations(settings), {
    log,
    setProblem: (problem) => (problem === undefined ? condition.meet() : condition.fail(problem)),
    tellNode: (type, reason, message) => {
      if (nodeName) events?.post({ object: nodeReference(nodeName), type, reason, message })
    },
  })
}

/** As the kubelet refers to a node: by its name in place of the UID, which is how `kubectl describe node` finds it. */
function nodeReference(name: string) {
  return { apiVersion: 'v1', kind: 'Node', namespace: '', name, uid: name }
}
