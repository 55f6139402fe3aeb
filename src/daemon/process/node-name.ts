// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'

/**
 * The name of this node in the API: `MULTUS_NODE_NAME` as upstream has it, or `NODE_NAME`, which other manifests use.
 * The host name is no substitute, because a cloud's node names often differ from it, and a wrong name would hide all
 * pods. Without a name the pods of the whole cluster are watched (spec INF-1); the log says what that costs.
 */
export function readNodeName(
  { MULTUS_NODE_NAME, NODE_NAME }: Readonly<Record<string, string | undefined>>,
  log: Log,
): string | undefined {
  const name = MULTUS_NODE_NAME || NODE_NAME
  if (name) return name
  log.warn(
    {},
    'the pods of the whole cluster are watched, which takes memory for each of them: MULTUS_NODE_NAME is not set; ' +
      'set it from spec.nodeName in the manifest of the daemon',
  )
  return undefined
}
