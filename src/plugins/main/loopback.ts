// SPDX-License-Identifier: Apache-2.0

import { object } from 'valibot'
import { formatCidr, isLoopback } from '../../base/index.ts'
import type { CniIp, CniResult } from '../../cni/index.ts'
import type { Link, Namespace } from '../../linux/index.ts'
import { attempt } from '../kit/attempt.ts'
import { definePlugin } from '../kit/define-plugin.ts'

/** Switches the container's `lo` on (spec §2.8). The interface name of the call plays no role. */
export const loopback = definePlugin({
  name: 'loopback',
  kind: 'main',
  about: "Switches the container's loopback interface on.",
  config: object({}),

  add(call): CniResult {
    const { container, prevResult, netns } = call
    const link = loopbackOf(container)
    attempt('failed to set "lo" up', () => container.links.set(link.index, { up: true }))
    if (!link.up) call.undo('link lo up', () => container.links.set(link.index, { up: false }))
    const ips = readAddresses(container, link)
    if (prevResult !== undefined) return prevResult
    return { interfaces: [{ name: 'lo', mac: '00:00:00:00:00:00', sandbox: netns }], ips }
  },

  del({ container }): void {
    const link = container?.links.get('lo')
    if (container === undefined || link === undefined) return
    attempt('failed to set "lo" down', () => container.links.set(link.index, { up: false }))
  },

  check({ container }): void {
    if (!loopbackOf(container).up) throw new Error('loopback interface is down')
  },
})

function loopbackOf(container: Namespace): Link {
  const link = container.links.get('lo')
  if (link === undefined) throw new Error('failed to lookup "lo": Link not found')
  return link
}

/** The first address of each family; one that is not of the loopback networks is a sign of a wrong namespace. */
function readAddresses(container: Namespace, link: Link): CniIp[] {
  const addresses = container.addresses.list({ ifIndex: link.index }).map(({ address }) => address)
  const foreign = addresses.find(({ address }) => !isLoopback(address))
  if (foreign !== undefined) {
    throw new Error(
      `loopback interface found with non-loopback address ${JSON.stringify(formatCidr(foreign))}`,
    )
  }
  return [4, 6].flatMap((family) => {
    const first = addresses.find(({ address }) => address.family === family)
    return first === undefined ? [] : [{ interface: 0, address: formatCidr(first) }]
  })
}
