// SPDX-License-Identifier: Apache-2.0

import type { CniInterface, CniResult } from '../../../cni/index.ts'
import type { Link } from '../../../linux/index.ts'
import { checkContainerLink, checkMac } from '../../kit/check-interface.ts'
import { checkAddresses, checkRoutes } from '../../kit/check-result.ts'
import type { CheckCall } from '../../kit/plugin-call.ts'
import { bridgeName, isGateway } from './config.ts'
import type { BridgeConfig } from './config.ts'

/**
 * Holds the bridge, the pair and the container's addresses and routes against the result of ADD.
 *
 * @throws Error with Go's texts that names what is missing or differs.
 */
export function checkBridge(call: CheckCall<BridgeConfig>, result: CniResult): void {
  const bridge = checkBridgeLink(call, result)
  const container = checkContainerLink(call, result, 'veth')
  checkPort(call, result, { bridge, container })
  checkAddresses(call.container, container, result)
  checkRoutes(call.container, result.routes)
}

function checkBridgeLink({ config, host }: CheckCall<BridgeConfig>, { interfaces = [] }: CniResult): Link {
  const name = bridgeName(config)
  const entry = interfaces.find((one) => one.name === name)
  const link = entry === undefined ? undefined : host.links.get(name)
  if (entry === undefined || link === undefined) {
    throw new Error(`CNI created bridge ${name} in host namespace was not found`)
  }
  if (entry.sandbox !== undefined && entry.sandbox !== '') {
    throw new Error(`result interface ${name} for a bridge should not have a sandbox: ${entry.sandbox}`)
  }
  if (link.kind !== 'bridge') throw new Error(`interface ${name} is a ${link.kind ?? 'link'}, not a bridge`)
  // Only a gateway's MAC is pinned; else it follows the ports that come and go.
  if (isGateway(config)) checkMac(link, entry)
  // Others may switch the mode on as well, so only its absence is a difference.
  if (config.promiscMode === true && link.promiscuity === 0) {
    throw new Error(`bridge ${name} configured promisc mode true doesn't match current state false`)
  }
  return link
}

interface Ends {
  readonly bridge: Link
  readonly container: Link
}

/** The two ends name each other by index; the kernel's counters of both namespaces may coincide, so both are asked. */
function checkPort(
  { host }: CheckCall<BridgeConfig>,
  { interfaces = [] }: CniResult,
  { bridge, container }: Ends,
): void {
  const onHost = interfaces.filter(({ sandbox = '', name }) => sandbox === '' && name !== bridge.name)
  const isOurs = ({ name }: CniInterface) => {
    const link = host.links.get(name)
    return link?.kind === 'veth' && link.link === container.index && container.link === link.index
  }
  const entry = onHost.find(isOurs)
  const link = entry === undefined ? undefined : host.links.get(entry.name)
  if (entry === undefined || link === undefined) {
    throw new Error(`CNI veth created for bridge ${bridge.name} was not found`)
  }
  if (link.master !== bridge.index)
    throw new Error(`interface ${link.name} is not a port of bridge ${bridge.name}`)
  checkMac(link, entry)
}
