// SPDX-License-Identifier: Apache-2.0

import { describeError, isLinkLocal, isLoopback, isMulticast, isUnspecified } from '../../base/index.ts'
import type { Cidr, IpAddress } from '../../base/index.ts'
import { isNetlinkError } from '../../linux/index.ts'
import type { Link, Namespace } from '../../linux/index.ts'

/**
 * Deletes a link; one that is not there is as good as deleted.
 *
 * @returns whether there was one.
 * @throws Error with Go's text.
 */
export async function deleteLink(namespace: Namespace, name: string): Promise<boolean> {
  const link = namespace.links.get(name)
  if (link === undefined) return false
  await remove(namespace, link)
  return true
}

/** As {@link deleteLink}; gives the global addresses that the link had, with which masquerading was set up. */
export async function deleteLinkWithAddresses(namespace: Namespace, name: string): Promise<Cidr[]> {
  const link = namespace.links.get(name)
  if (link === undefined) return []
  const addresses = namespace.addresses.list({ ifIndex: link.index }).map(({ address }) => address)
  await remove(namespace, link)
  return addresses.filter(({ address }) => isGlobalUnicast(address))
}

async function remove(namespace: Namespace, { index, name }: Link): Promise<void> {
  try {
    await namespace.links.remove(index)
  } catch (error) {
    if (isNetlinkError(error, 'ENODEV')) return
    throw new Error(`failed to delete ${JSON.stringify(name)}: ${describeError(error)}`, { cause: error })
  }
}

/** Go's IsGlobalUnicast: private addresses count. */
function isGlobalUnicast(ip: IpAddress): boolean {
  const isBroadcast = ip.family === 4 && ip.value === 0xffff_ffffn
  return !(isBroadcast || isUnspecified(ip) || isLoopback(ip) || isMulticast(ip) || isLinkLocal(ip))
}
