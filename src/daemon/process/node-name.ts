// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'

/**
 * The name of this node in the API: `MULTUS_NODE_NAME` as upstream has it, or `NODE_NAME`, which other manifests use.
 * The host name is no substitute, because a cloud's node names often differ from it, and a wrong name would hide all
 * pods.
 */
export function readNodeName({
  MULTUS_NODE_NAME,
  NODE_NAME,
}: Readonly<Record<string, string | undefined>>): string | undefined {
  return MULTUS_NODE_NAME || NODE_NAME || undefined
}

/**
 * The field selector of the pods that a node is to follow. Without a name these are the pods of the whole cluster (spec
 * INF-1), and the log says what that costs.
 */
export function podSelector(nodeName: string | undefined, log: Log): string | undefined {
  if (nodeName !== undefined) return `spec.nodeName=${nodeName}`
  log.warn(
    {},
    'the pods of the whole cluster are followed, which takes memory for each of them: MULTUS_NODE_NAME is not set; ' +
      'set it from spec.nodeName in the manifest of the daemon',
  )
  return undefined
}
