// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../../../base/index.ts'
import { attrs } from '../../codec/attributes.ts'
import { u16, u32 } from '../../codec/payload.ts'
import * as link from '../../constants/link.ts'
import { decodePayload, encodePayload } from './link-kind.ts'
import type { LinkKind } from './link-kind.ts'

const modes = {
  private: link.MACVLAN_MODE_PRIVATE,
  vepa: link.MACVLAN_MODE_VEPA,
  bridge: link.MACVLAN_MODE_BRIDGE,
  passthru: link.MACVLAN_MODE_PASSTHRU,
  source: link.MACVLAN_MODE_SOURCE,
} as const

/** How the macvlans of one master see one another (ip-link(8)). */
export type MacvlanMode = keyof typeof modes

/** A macvlan to be made on the link with index `link`, which is looked up where the request is sent. */
export interface MacvlanSpec {
  readonly kind: 'macvlan'
  readonly link: number
  readonly mode: MacvlanMode
  /** Frames that may wait for delivery to all; the kernel's default when absent. */
  readonly bcQueueLength?: number | undefined
}

/** What is known of a macvlan. */
export interface MacvlanInfo {
  readonly kind: 'macvlan'
  readonly mode: MacvlanMode
  /** As asked for; the kernel uses the largest of all macvlans of the master. */
  readonly bcQueueLength?: number
}

/** IFLA_INFO_DATA of a macvlan (linux/if_link.h). */
export const macvlanData = attrs({
  mode: [link.IFLA_MACVLAN_MODE, u32],
  flags: [link.IFLA_MACVLAN_FLAGS, u16],
  bcQueueLength: [link.IFLA_MACVLAN_BC_QUEUE_LEN, u32],
  bcQueueLengthUsed: [link.IFLA_MACVLAN_BC_QUEUE_LEN_USED, u32],
})

/** Links of kind macvlan: a hardware address of its own on another link. */
export const macvlan: LinkKind<MacvlanSpec, MacvlanInfo> = {
  kind: 'macvlan',
  encode: ({ mode, bcQueueLength }) => encodePayload(macvlanData, { mode: modes[mode], bcQueueLength }),
  decode(data) {
    const { mode, bcQueueLength } = decodePayload(macvlanData, data)
    return {
      kind: 'macvlan',
      mode: modeName(mode),
      ...(bcQueueLength === undefined ? {} : { bcQueueLength }),
    }
  },
}

function modeName(value: number | undefined): MacvlanMode {
  for (const name of modeNames) if (modes[name] === value) return name
  throw new PlaitError('net/no-answer', `Cannot read a netlink message: macvlan mode ${value}`)
}

const modeNames = ['private', 'vepa', 'bridge', 'passthru', 'source'] as const
