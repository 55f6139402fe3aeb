// SPDX-License-Identifier: Apache-2.0

import { RTEXT_FILTER_SKIP_STATS, RTM_GETLINK } from '../constants/link.ts'
import type { NetlinkConnection } from '../netlink-connection.ts'
import { linkMessage } from './link-message.ts'
import type { LinkAttributes } from './link-message.ts'
import { readLink } from './link.ts'
import type { Link } from './link.ts'

// Names of more bytes than this can only be alternative names (linux/if.h, IFNAMSIZ).
const longestName = 15

const ENODEV = 19

/** The link of a name, which may be an alternative one, or of an index; undefined when there is none. */
export function findLink(connection: NetlinkConnection, by: string | number): Link | undefined {
  if (typeof by === 'number') return ask(connection, `RTM_GETLINK link ${by}`, { index: by, attributes: {} })
  const attributes = Buffer.byteLength(by) > longestName ? { altName: by } : { name: by }
  return ask(connection, `RTM_GETLINK ${by}`, { index: 0, attributes })
}

function ask(
  connection: NetlinkConnection,
  label: string,
  { index, attributes }: { index: number; attributes: LinkAttributes },
): Link | undefined {
  const all = { extMask: RTEXT_FILTER_SKIP_STATS, ...attributes }
  const body = (out: Out): void => linkMessage.write({ header: { index }, attributes: all }, out)
  return connection.askFor({ type: RTM_GETLINK, label, body }, readLink, ENODEV)
}

type Out = Parameters<typeof linkMessage.write>[1]
