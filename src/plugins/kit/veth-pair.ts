// SPDX-License-Identifier: Apache-2.0

import { randomBytes } from 'node:crypto'
import { describeError } from '../../base/index.ts'
import { isNetlinkError } from '../../linux/index.ts'
import type { Link } from '../../linux/index.ts'
import { attempt } from './attempt.ts'
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

/** Both ends, each as it stands in its namespace. */
export interface VethPair {
  readonly host: Link
  readonly container: Link
}

/** A name for a host interface, as the Go plugins make them. */
function randomVethName(): string {
  return `veth${randomBytes(4).toString('hex')}`
}

/**
 * A veth pair with its ends made at once in their namespaces under their final names; moving or renaming a link waits
 * for an RCU grace period each (spec §2.0.4). The host's end is up, the container's is not. The call's undo deletes it.
 *
 * @throws Error with Go's texts.
 */
export function createVethPair(call: VethCall, options: VethOptions = {}): VethPair {
  const hostName = createPair(call, options)
  const { host, container, ifName } = call
  call.undo(`link ${ifName}`, async () => {
    await deleteLink(container, ifName)
  })
  const hostEnd = attempt(
    `failed to lookup ${JSON.stringify(hostName)} in ${JSON.stringify(host.path)}`,
    () => requireLink(host.links.get(hostName)),
  )
  const { master } = options
  attempt(`failed to set ${JSON.stringify(hostName)} up`, () =>
    host.links.set(hostEnd.index, { up: true, master }),
  )
  // Router advertisements of the container must not configure the host; without IPv6 there is nothing to write.
  tryWriteSysctl(host, `net/ipv6/conf/${hostName}/accept_ra`, '0')
  return { host: hostEnd, container: requireLink(container.links.get(ifName)) }
}

function createPair(call: VethCall, { mtu, mac, hostName }: VethOptions): string {
  const { host, container, ifName, linkGroup } = call
  const size = { mtu: mtu || undefined }
  for (let tries = 0; tries < maxAttempts; tries++) {
    const peer = hostName ?? randomVethName()
    try {
      container.links.create({
        kind: 'veth',
        name: ifName,
        ...size,
        mac,
        group: linkGroup || undefined,
        // Upstream gives the host's end no queue, so that packets to the container are never held back.
        peer: { name: peer, namespace: host, txQueueLength: 0, ...size },
      })
      return peer
    } catch (error) {
      if (!isNetlinkError(error, 'EEXIST'))
        throw new Error(`failed to make veth pair: ${describeError(error)}`, { cause: error })
      if (hostName === undefined && container.links.get(ifName) === undefined) continue
      throw new Error(
        `container veth name (${JSON.stringify(ifName)}) peer provided (${JSON.stringify(peer)}) already exists`,
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
