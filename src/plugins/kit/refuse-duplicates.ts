// SPDX-License-Identifier: Apache-2.0

import { formatIp, parseCidr } from '../../base/index.ts'
import { cniErrorCode, CniError } from '../../cni/index.ts'
import type { CniResult } from '../../cni/index.ts'
import type { Link } from '../../linux/index.ts'
import type { AddCall } from './plugin-call.ts'

/**
 * Asks the network of a new link whether another station has one of its IPv4 addresses, if nobody keeps a record of
 * them: address management `static`, or any whose `duplicateAddresses` says so. Brings the link up, takes 60 ms.
 *
 * @returns the link as it stands then.
 * @throws CniError `ipam/duplicate-address` unless the configuration wants only a warning in the log.
 */
export async function refuseDuplicates(call: AddCall, link: Link, result: CniResult): Promise<Link> {
  const { ipam } = call.common
  const { duplicateAddresses: policy = ipam?.type === 'static' ? 'refuse' : 'ignore' } = ipam ?? {}
  if (policy === 'ignore' || link.mac === undefined) return link
  const { container, ifName, signal } = call
  container.links.set(link.index, { up: true })
  const addresses = (result.ips ?? []).map(({ address }) => parseCidr(address).address)
  const [found] = await container.findDuplicates({ index: link.index, mac: link.mac }, addresses, signal)
  if (found === undefined) return { ...link, up: true }
  const address = formatIp(found.address)
  const text = `Cannot give address ${address} to ${ifName}: the station with MAC ${found.mac} on its network has it already`
  if (policy === 'warn') {
    call.log.warn({ address, holder: found.mac }, text)
    return { ...link, up: true }
  }
  throw new CniError(cniErrorCode.internal, text, {
    details:
      'give the pod another address, or set "duplicateAddresses": "warn" in the ipam section of the network',
    id: 'ipam/duplicate-address',
  })
}
