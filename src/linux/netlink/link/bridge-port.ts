// SPDX-License-Identifier: Apache-2.0

import { attrs } from '../codec/attributes.ts'
import { bool, u16, u32, u8 } from '../codec/payload.ts'
import * as link from '../constants/link.ts'
import { decodePayload } from './kinds/link-kind.ts'

/** Switches of a bridge port; what is absent stays as it is. */
export interface BridgePortChanges {
  /** Whether a frame may leave by the port that it came from. */
  readonly hairpin?: boolean | undefined
  /** Whether the port talks only to ports that are not isolated. */
  readonly isolated?: boolean | undefined
}

/** What is known of a link as the port of a bridge. */
export interface BridgePort {
  readonly kind: 'bridge'
  readonly hairpin: boolean
  readonly isolated: boolean
}

/** IFLA_BRPORT_*: in IFLA_PROTINFO of requests, in IFLA_INFO_SLAVE_DATA of answers. */
export const bridgePortAttributes = attrs({
  state: [link.IFLA_BRPORT_STATE, u8],
  priority: [link.IFLA_BRPORT_PRIORITY, u16],
  cost: [link.IFLA_BRPORT_COST, u32],
  hairpin: [link.IFLA_BRPORT_MODE, bool],
  learning: [link.IFLA_BRPORT_LEARNING, bool],
  unicastFlood: [link.IFLA_BRPORT_UNICAST_FLOOD, bool],
  isolated: [link.IFLA_BRPORT_ISOLATED, bool],
})

/** The port that IFLA_INFO_SLAVE_DATA describes. */
export function decodeBridgePort(data: Buffer): BridgePort {
  const { hairpin = false, isolated = false } = decodePayload(bridgePortAttributes, data)
  return { kind: 'bridge', hairpin, isolated }
}
