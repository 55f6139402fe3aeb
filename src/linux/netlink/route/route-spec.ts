// SPDX-License-Identifier: Apache-2.0

import { formatCidr, formatIp } from '../../../base/index.ts'
import type { Cidr, IpAddress } from '../../../base/index.ts'
import type { KernelRequest } from '../exchange.ts'
import { RT_TABLE_MAIN, RT_TABLE_UNSPEC } from '../constants/route.ts'
import { familyNumber } from '../family.ts'
import { routeMessage } from './route-message.ts'

/** A route to be added, replaced or removed. */
export interface RouteSpec {
  /** Taken from `dst` or `gateway` when absent. */
  readonly family?: 4 | 6 | undefined
  /** The default route when absent. */
  readonly dst?: Cidr | undefined
  readonly gateway?: IpAddress | undefined
  readonly ifIndex?: number | undefined
  readonly prefSrc?: IpAddress | undefined
  readonly priority?: number | undefined
  /** RT_TABLE_MAIN when absent. */
  readonly table?: number | undefined
  /** RT_SCOPE_*; RT_SCOPE_UNIVERSE when absent (any, when removing). IPv6 has no scopes. */
  readonly scope?: number | undefined
  /** RTPROT_*; RTPROT_BOOT when absent (any, when removing). */
  readonly protocol?: number | undefined
  /** RTN_*; RTN_UNICAST when absent (any, when removing). */
  readonly type?: number | undefined
  readonly mtu?: number | undefined
  readonly advmss?: number | undefined
  /** RTNH_F_ONLINK and the like. */
  readonly flags?: number | undefined
}

/** What stands for an absent scope, protocol and type. */
export interface RouteDefaults {
  readonly scope: number
  readonly protocol: number
  readonly type: number
}

/** Label and body of a request about a route. */
export function encodeRoute(
  verb: string,
  spec: RouteSpec,
  defaults: RouteDefaults,
): Pick<KernelRequest, 'label' | 'body'> {
  const family = spec.family ?? spec.dst?.address.family ?? spec.gateway?.family ?? 4
  const dst: Cidr = spec.dst ?? { address: { family, value: 0n }, length: 0 }
  const table = spec.table ?? RT_TABLE_MAIN
  const header = {
    family: familyNumber(family),
    dstLength: dst.length,
    table: table < 256 ? table : RT_TABLE_UNSPEC,
    protocol: spec.protocol ?? defaults.protocol,
    scope: spec.scope ?? defaults.scope,
    type: spec.type ?? defaults.type,
    flags: spec.flags ?? 0,
  }
  const attributes = {
    dst: dst.address,
    prefSrc: spec.prefSrc,
    ...encodeGateway(family, spec.gateway),
    ifIndex: spec.ifIndex,
    priority: spec.priority,
    table: table < 256 ? undefined : table,
    metrics:
      spec.mtu === undefined && spec.advmss === undefined
        ? undefined
        : { mtu: spec.mtu, advmss: spec.advmss },
  }
  return {
    get label() {
      return `${verb} ${describeRoute(dst, spec)}`
    },
    body: (out) => routeMessage.write({ header, attributes }, out),
  }
}

// An IPv4 route may lead through an IPv6 gateway (RFC 5549), which has an attribute of its own.
function encodeGateway(
  family: 4 | 6,
  gateway: IpAddress | undefined,
): { gateway?: IpAddress; via?: IpAddress } {
  if (gateway === undefined) return {}
  return gateway.family === family ? { gateway } : { via: gateway }
}

function describeRoute(dst: Cidr, { gateway, ifIndex, table }: RouteSpec): string {
  return [
    formatCidr(dst),
    ...(gateway === undefined ? [] : [`via ${formatIp(gateway)}`]),
    ...(ifIndex === undefined ? [] : [`link ${ifIndex}`]),
    ...(table === undefined ? [] : [`table ${table}`]),
  ].join(' ')
}
