// SPDX-License-Identifier: Apache-2.0

import { randomUUID } from 'node:crypto'
import { describeError } from '../../base/index.ts'
import { isNetlinkError } from '../../linux/index.ts'
import type { Link } from '../../linux/index.ts'
import { deleteLink } from './delete-link.ts'
import type { AddCall } from './plugin-call.ts'
import { tryWriteSysctl } from './try-write-sysctl.ts'

const maxAttempts = 10

/** What is used of a call. */
export type VethCall = Pick<AddCall, 'host' | 'container' | 'ifName' | 'linkGroup' | 'undo'>

/** What a veth pair can be given beside its names. */
export interface VethOptions {
  /** Of both ends, in bytes. */
  readonly mtu?: number | undefined
  /** Of the container's end. */
  readonly mac?: string | undefined
  /** Index of the link in the host namespace that the host's end becomes a port of. */
  readonly master?: number | undefined
  /** Name of the host's end; random when absent. */
  readonly hostName?: string | undefined
}

/** Both ends of a pair, each as it stands in its own namespace. */
export interface VethPair {
  readonly hostName: string
  readonly container: Link
}

/** A name for a host interface, as the Go plugins make them. */
function randomVethName(): string {
  // Node has the bytes of a hundred of them ready; others are asked of the kernel each time.
  return `veth${randomUUID().slice(0, 8)}`
}

/**
 * A veth pair with its ends made at once in their namespaces under their final names; moving or renaming a link waits
 * for an RCU grace period each (spec §2.0.4). The host's end is up and a port of its master, the container's is not up.
 * The call's undo deletes it.
 *
 * @throws Error with Go's texts.
 */
export function createVethPair(call: VethCall, options: VethOptions = {}): VethPair {
  const hostName = createPair(call, options)
  const { host, container, ifName } = call
  call.undo(`link ${ifName}`, async () => {
    await deleteLink(container, ifName)
  })
  // Router advertisements of the container must not configure the host; without IPv6 there is nothing to write.
  tryWriteSysctl(host, `net/ipv6/conf/${hostName}/accept_ra`, '0')
  return { hostName, container: requireLink(container.links.get(ifName)) }
}

function createPair(call: VethCall, { mtu, mac, master, hostName }: VethOptions): string {
  const { host, container, ifName, linkGroup } = call
  const size = { mtu: mtu || undefined }
  for (let tries = 0; tries < maxAttempts; tries++) {
    const name = hostName ?? randomVethName()
    try {
      host.links.create({
        kind: 'veth',
        name,
        ...size,
        master,
        up: true,
        // Upstream gives the host's end no queue, so that packets to the container are never held back.
        txQueueLength: 0,
        peer: { name: ifName, namespace: container, mac, group: linkGroup || undefined, ...size },
      })
      return name
    } catch (error) {
      if (!isNetlinkError(error, 'EEXIST'))
        throw new Error(`failed to make veth pair: ${describeError(error)}`, { cause: error })
      if (hostName === undefined && container.links.get(ifName) === undefined) continue
      throw new Error(
        `container veth name (${JSON.stringify(ifName)}) peer provided (${JSON.stringify(name)}) already exists`,
        {
          cause: error,
        },
      )
    }
  }
  throw new Error('failed to find a unique veth name')
}

function requireLink(link: Link | undefined): Link {
  if (link === undefined) throw new Error('Link not found')
  return link
}
