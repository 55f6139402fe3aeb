// SPDX-License-Identifier: Apache-2.0

import { NetlinkError } from '../../../linux/index.ts'
import type { Link, Namespace } from '../../../linux/index.ts'
import { attempt } from '../../kit/attempt.ts'
import type { AddCall } from '../../kit/plugin-call.ts'
import { tryWriteSysctl } from '../../kit/try-write-sysctl.ts'
import { bridgeName } from './config.ts'
import type { BridgeConfig } from './config.ts'

/**
 * The network's bridge, up; made when it is missing. One that is there keeps its MTU and MAC (spec §2.1, step 2). A
 * failed ADD takes back the bridge that it made, unless another container is on it by then.
 *
 * @throws Error with Go's texts.
 */
export function ensureBridge(call: AddCall<BridgeConfig>): Link {
  const name = bridgeName(call.config)
  return attempt(`failed to create bridge ${JSON.stringify(name)}`, () => {
    const { host, config } = call
    const present = host.links.get(name)
    if (present === undefined) create(call, name)
    const link = present ?? requireLink(host, name)
    if (link.kind !== 'bridge') throw new Error(`${JSON.stringify(name)} already exists but is not a bridge`)
    if (config.promiscMode === true && link.promiscuity === 0)
      host.links.set(link.index, { promiscuous: true })
    if (!link.up) {
      // The bridge must not take router advertisements from a container as the node's own.
      tryWriteSysctl(host, `net/ipv6/conf/${name}/accept_ra`, '0')
      host.links.set(link.index, { up: true })
    }
    return link
  })
}

function create(call: AddCall<BridgeConfig>, name: string): void {
  const { host, config } = call
  const { mtu = 0 } = config
  try {
    host.links.create({ kind: 'bridge', name, ...(mtu > 0 && { mtu }) })
  } catch (error) {
    // Another process made it in between.
    if (error instanceof NetlinkError && error.code === 'EEXIST') return
    throw error
  }
  call.undo(`bridge ${name}`, () => {
    const bridge = host.links.get(name)
    // At once: a deletion that is only begun would take away the bridge of an ADD that finds it meanwhile.
    if (bridge !== undefined && !hasPorts(host, bridge)) host.links.removeAtOnce(bridge.index)
  })
}

/** Whether any link, other than the one given, is a port of the bridge: then it is no longer only ours to change. */
export function hasPorts(host: Namespace, bridge: Link, own?: string): boolean {
  return host.links.list().some(({ master, name }) => master === bridge.index && name !== own)
}

/**
 * A link of the host as it is now.
 *
 * @throws Error when it is gone.
 */
export function requireLink(host: Namespace, name: string): Link {
  const link = host.links.get(name)
  if (link === undefined) throw new Error(`could not lookup ${JSON.stringify(name)}: Link not found`)
  return link
}
