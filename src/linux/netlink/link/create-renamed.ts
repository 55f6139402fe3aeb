// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto'
import type { NetlinkConnection } from '../netlink-connection.ts'
import { findLink } from './find-link.ts'
import { encodeChanges, encodeRemove } from './link-changes.ts'
import { encodeCreate } from './link-spec.ts'
import type { LinkSpec } from './link-spec.ts'

/**
 * Makes a link in another namespace under a name that the sending namespace has as well. Older kernels
 * (6.1 does, 6.18 does not) look for the name where the request is sent and refuse, so there the link
 * is born under a name that nobody has, and renamed where it lives.
 *
 * @returns false when the name is taken in the other namespace too: then the kernel was right.
 * @throws NetlinkError; nothing is left behind.
 */
export function createRenamed(connection: NetlinkConnection, spec: LinkSpec, namespaceFd: number): boolean {
  using there = connection.elsewhere(namespaceFd)
  if (findLink(there, spec.name) !== undefined) return false
  const birthName = `plait${randomBytes(4).toString('hex')}`
  connection.change(encodeCreate({ ...spec, name: birthName, up: undefined }))
  // Taking it away blocks for milliseconds; but it is needed only when the name was taken within the last ones.
  const index = findLink(there, birthName)?.index
  try {
    there.change(encodeChanges(index ?? 0, { name: spec.name, up: spec.up === true ? true : undefined }))
    return true
  } catch (error) {
    if (index !== undefined) there.change(encodeRemove(index))
    throw error
  }
}
