// SPDX-License-Identifier: Apache-2.0

import { attrs } from '../../codec/attributes.ts'
import { bool, u16, u16be, u32 } from '../../codec/payload.ts'
import * as link from '../../constants/link.ts'
import { decodePayload, encodePayload } from './link-kind.ts'
import type { LinkKind } from './link-kind.ts'

/** A bridge to be made; what is absent is left to the kernel. */
export interface BridgeSpec {
  readonly kind: 'bridge'
  readonly vlanFiltering?: boolean | undefined
  /** The VLAN of untagged frames on new ports; 0 for none. */
  readonly vlanDefaultPvid?: number | undefined
  readonly stp?: boolean | undefined
  /** In hundredths of a second. */
  readonly forwardDelay?: number | undefined
  readonly ageingTime?: number | undefined
  readonly multicastSnooping?: boolean | undefined
}

/** What is known of a bridge. */
export interface BridgeInfo {
  readonly kind: 'bridge'
  readonly vlanFiltering: boolean
  /** Absent when the kernel has no VLAN filtering. */
  readonly vlanDefaultPvid?: number
  readonly stp: boolean
}

/** IFLA_INFO_DATA of a bridge (linux/if_link.h). */
export const bridgeData = attrs({
  forwardDelay: [link.IFLA_BR_FORWARD_DELAY, u32],
  helloTime: [link.IFLA_BR_HELLO_TIME, u32],
  maxAge: [link.IFLA_BR_MAX_AGE, u32],
  ageingTime: [link.IFLA_BR_AGEING_TIME, u32],
  stpState: [link.IFLA_BR_STP_STATE, u32],
  priority: [link.IFLA_BR_PRIORITY, u16],
  vlanFiltering: [link.IFLA_BR_VLAN_FILTERING, bool],
  vlanProtocol: [link.IFLA_BR_VLAN_PROTOCOL, u16be],
  groupForwardMask: [link.IFLA_BR_GROUP_FWD_MASK, u16],
  multicastSnooping: [link.IFLA_BR_MCAST_SNOOPING, bool],
  vlanDefaultPvid: [link.IFLA_BR_VLAN_DEFAULT_PVID, u16],
})

/** Links of kind bridge: a switch. */
export const bridge: LinkKind<BridgeSpec, BridgeInfo> = {
  kind: 'bridge',
  encode({ forwardDelay, ageingTime, stp, vlanFiltering, multicastSnooping, vlanDefaultPvid }) {
    const stpState = stp === undefined ? undefined : Number(stp)
    const values = { forwardDelay, ageingTime, stpState, vlanFiltering, multicastSnooping, vlanDefaultPvid }
    const data = encodePayload(bridgeData, values)
    return data.length === 0 ? undefined : data
  },
  decode(data) {
    const { vlanFiltering = false, vlanDefaultPvid, stpState } = decodePayload(bridgeData, data)
    return {
      kind: 'bridge',
      vlanFiltering,
      stp: stpState === 1,
      ...(vlanDefaultPvid === undefined ? {} : { vlanDefaultPvid }),
    }
  },
}
