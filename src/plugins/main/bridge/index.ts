// SPDX-License-Identifier: Apache-2.0

import { object } from 'valibot'
import { delay, parseMac } from '../../../base/index.ts'
import type { CniInterface, CniResult } from '../../../cni/index.ts'
import type { Link } from '../../../linux/index.ts'
import { announceIpv4WhenUp } from '../../kit/announce-when-up.ts'
import { attempt } from '../../kit/attempt.ts'
import { requirePrevResult } from '../../kit/check-interface.ts'
import { configureInterface } from '../../kit/configure-interface.ts'
import { definePlugin } from '../../kit/define-plugin.ts'
import { deleteLink } from '../../kit/delete-link.ts'
import type { AddCall } from '../../kit/plugin-call.ts'
import { refuseDuplicates } from '../../kit/refuse-duplicates.ts'
import { releaseAll } from '../../kit/release-all.ts'
import { optionalText } from '../../kit/schema-fields.ts'
import { tryWriteSysctl } from '../../kit/try-write-sysctl.ts'
import { createVethPair } from '../../kit/veth-pair.ts'
import type { VethPair } from '../../kit/veth-pair.ts'
import { ensureBridge, requireLink } from './bridge-link.ts'
import { checkBridge } from './check.ts'
import { bridgeSchema, isGateway, validateBridgeConfig } from './config.ts'
import type { BridgeConfig } from './config.ts'
import { installGateways, planGateways } from './gateway.ts'

interface MacSource {
  readonly mac?: string
}

type BridgeAddCall = AddCall<BridgeConfig, MacSource, MacSource>

// Upstream looks five times within 2.55 s; the port is mostly up at once, so the first looks are close together.
const portWaitsMs = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 512]

/** The `bridge` plugin (spec §2.1): a veth pair whose host end is a port of a bridge. */
export const bridge = definePlugin({
  name: 'bridge',
  kind: 'main',
  about: 'Connects the container to a bridge of the node.',
  config: bridgeSchema,
  runtimeConfig: object({ mac: optionalText("MAC address of the container's end.") }),
  configArgs: object({ mac: optionalText("MAC address of the container's end.") }),
  environmentArgs: ['MAC'],

  async add(call) {
    validateBridgeConfig(call.config, call.ipam.type)
    const mac = requestedMac(call)
    const link = ensureBridge(call)
    const pair = connect(call, link, mac)
    const interfaces = describe(call, link, pair)
    const result = await addAddresses(call, { link, pair, interfaces })
    const port = await awaitPort(call, link, pair.hostName)
    return withDns(refreshMacs(call, result, port), call.common.dns)
  },

  async del({ ipam, container, ifName }) {
    await releaseAll(
      async () => {
        if (container !== undefined) await deleteLink(container, ifName)
      },
      () => ipam.del(),
    )
  },

  async check(call) {
    validateBridgeConfig(call.config, call.ipam.type)
    await call.ipam.check()
    checkBridge(call, requirePrevResult(call))
  },
})

function requestedMac({ runtimeConfig, configArgs, args }: BridgeAddCall): string | undefined {
  const text = runtimeConfig.mac || configArgs.mac || args.get('MAC')
  return text === undefined || text === '' ? undefined : parseMac(text)
}

function connect(call: BridgeAddCall, link: Link, mac: string | undefined): VethPair {
  const { host, config } = call
  const { mtu, hairpinMode = false, portIsolation = false } = config
  const pair = createVethPair(call, {
    master: link.index,
    ...(mtu !== undefined && { mtu }),
    ...(mac !== undefined && { mac }),
  })
  // Both are off on a new port.
  if (hairpinMode || portIsolation) {
    attempt(`failed to set the modes of port ${JSON.stringify(pair.hostName)}`, () =>
      host.links.setBridgePort(requireLink(host, pair.hostName).index, {
        hairpin: hairpinMode,
        isolated: portIsolation,
      }),
    )
  }
  return pair
}

function describe(
  { ifName, netns }: BridgeAddCall,
  link: Link,
  { hostName, container }: VethPair,
): CniInterface[] {
  return [
    { name: link.name, ...macOf(link) },
    { name: hostName },
    { name: ifName, ...macOf(container), sandbox: netns },
  ]
}

function macOf({ mac }: Link): { mac?: string } {
  return mac === undefined ? {} : { mac }
}

interface Connected {
  readonly link: Link
  readonly pair: VethPair
  readonly interfaces: CniInterface[]
}

async function addAddresses(call: BridgeAddCall, { link, pair, interfaces }: Connected): Promise<CniResult> {
  const { container, ifName, config, ipam, signal } = call
  if (ipam.type === undefined) {
    if (config.disableContainerInterface !== true) {
      attempt(`failed to set ${JSON.stringify(ifName)} up`, () =>
        container.links.set(pair.container.index, { up: true }),
      )
    }
    return { interfaces }
  }
  const allocated = await ipam.add()
  const result = {
    ...planGateways(config, allocated),
    interfaces,
    ...(allocated.dns && { dns: allocated.dns }),
  }
  setDuplicateDetection(call)
  announceIpv4WhenUp(container, pair.container)
  const own = await refuseDuplicates(call, pair.container, result)
  await configureInterface({ container, ifName, link: own, signal }, result)
  if (isGateway(config)) installGateways(call, { bridge: link, port: pair.hostName }, result.ips ?? [])
  return result
}

/** Detection of duplicates would hold each ADD up for a second or two. */
function setDuplicateDetection({ container, ifName, config }: BridgeAddCall): void {
  const ipv6 = `net/ipv6/conf/${ifName}`
  if (config.enabledad === true) {
    tryWriteSysctl(container, `${ipv6}/enhanced_dad`, '1')
    tryWriteSysctl(container, `${ipv6}/accept_dad`, '1')
  } else {
    tryWriteSysctl(container, `${ipv6}/accept_dad`, '0')
  }
}

/** The port once it is up; at once where the container's end stays down. */
async function awaitPort({ host, config, signal }: BridgeAddCall, parent: Link, name: string): Promise<Link> {
  let port: Link | undefined
  for (const waitMs of portWaitsMs) {
    if (waitMs > 0) await delay(waitMs, signal)
    port = host.links.get(name)
    if (port?.operState === 'up' || config.disableContainerInterface === true)
      return requireMember(port, name, parent)
  }
  throw new Error(`bridge port in error state: ${port?.operState ?? 'not-present'}`)
}

/** Another process may have deleted the bridge meanwhile, whose ports the kernel then lets go without a word. */
function requireMember(port: Link | undefined, name: string, parent: Link): Link {
  if (port?.master === parent.index) return port
  throw new Error(
    `Cannot keep ${JSON.stringify(name)} on bridge ${JSON.stringify(parent.name)}: the bridge was deleted meanwhile; add the container again`,
  )
}

/** The MAC of the bridge may have changed when the port joined. */
function refreshMacs({ host }: BridgeAddCall, result: CniResult, port: Link): CniResult {
  const [parent, own, ...rest] = result.interfaces ?? []
  if (parent === undefined || own === undefined) return result
  const refreshed = [
    { ...parent, ...macOf(requireLink(host, parent.name)) },
    { ...own, ...macOf(port) },
  ]
  return { ...result, interfaces: [...refreshed, ...rest] }
}

/** Any `dns` of the configuration, even an empty list, replaces that of the address management. */
function withDns(result: CniResult, dns: CniResult['dns']): CniResult {
  return dns === undefined || Object.keys(dns).length === 0 ? result : { ...result, dns }
}
