// SPDX-License-Identifier: Apache-2.0

import type { ValuesOf } from '../codec/attributes.ts'
import { IFF_UP } from '../constants/link.ts'
import { decodeBridgePort } from './bridge-port.ts'
import type { BridgePort } from './bridge-port.ts'
import { bridge } from './kinds/bridge.ts'
import type { BridgeInfo } from './kinds/bridge.ts'
import { dummy } from './kinds/dummy.ts'
import type { DummyInfo } from './kinds/dummy.ts'
import type { LinkKind } from './kinds/link-kind.ts'
import { macvlan } from './kinds/macvlan.ts'
import type { MacvlanInfo } from './kinds/macvlan.ts'
import { veth } from './kinds/veth.ts'
import type { VethInfo } from './kinds/veth.ts'
import { linkMessage } from './link-message.ts'
import type { linkInfoAttributes } from './link-message.ts'
import type { LinkMessage } from './link-message.ts'

/** IF_OPER_* of linux/if.h, by number. */
const operStates = ['unknown', 'not-present', 'down', 'lower-layer-down', 'testing', 'dormant', 'up'] as const

/** Whether a link can carry traffic (RFC 2863), in upstream's spelling. */
export type OperState = (typeof operStates)[number]

/** A kind of link without a file of its own: its IFLA_INFO_DATA as it came. */
export interface OtherInfo {
  readonly kind: 'other'
  readonly data: Buffer
}

/** What a link's kind says about it. */
export type LinkInfo = MacvlanInfo | VethInfo | BridgeInfo | DummyInfo | OtherInfo

/** A network interface as the kernel describes it. */
export interface Link {
  readonly index: number
  readonly name: string
  /** The kernel's name of the kind, such as `veth`; absent for physical links and for lo. */
  readonly kind?: string
  readonly mac?: string
  readonly mtu: number
  readonly up: boolean
  /** IFF_* */
  readonly flags: number
  readonly operState: OperState
  /** Index of the bridge, bond or VRF that the link belongs to. */
  readonly master?: number
  /** Index of the lower link or, for a veth, of the peer; in the namespace `linkNetnsId` if that is given. */
  readonly link?: number
  readonly linkNetnsId?: number
  readonly group: number
  /** How many want all frames: users, bridges, packet sockets, … */
  readonly promiscuity: number
  readonly txQueueLength: number
  readonly alias?: string
  readonly altNames: readonly string[]
  readonly info?: LinkInfo
  /** Present when the master is a bridge. */
  readonly port?: BridgePort
}

/** The link in the body of an RTM_NEWLINK. @throws PlaitError when it is malformed. */
export function readLink(bytes: Buffer, start: number, end: number): Link {
  return toLink(linkMessage.read(bytes, start, end, false))
}

function toLink({ header, attributes }: LinkMessage): Link {
  const link: Mutable<Link> = {
    index: header.index,
    name: attributes.name ?? '',
    mtu: attributes.mtu ?? 0,
    up: (header.flags & IFF_UP) !== 0,
    flags: header.flags,
    operState: operStates[attributes.operState ?? 0] ?? 'unknown',
    group: attributes.group ?? 0,
    promiscuity: attributes.promiscuity ?? 0,
    txQueueLength: attributes.txQueueLength ?? 0,
    altNames: attributes.altNames?.names ?? [],
  }
  if (attributes.mac !== undefined && attributes.mac !== '') link.mac = attributes.mac
  if (attributes.master !== undefined) link.master = attributes.master
  if (attributes.link !== undefined) link.link = attributes.link
  if (attributes.linkNetnsId !== undefined) link.linkNetnsId = attributes.linkNetnsId
  if (attributes.alias !== undefined) link.alias = attributes.alias
  return attributes.info === undefined ? link : withInfo(link, attributes.info)
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

function withInfo(
  link: Mutable<Link>,
  { kind, data, slaveKind, slaveData }: ValuesOf<typeof linkInfoAttributes>,
): Link {
  if (kind !== undefined) {
    link.kind = kind
    link.info = kindsByName.get(kind)?.decode(data ?? noData) ?? { kind: 'other', data: data ?? noData }
  }
  if (slaveKind === 'bridge') link.port = decodeBridgePort(slaveData ?? noData)
  return link
}

const noData = Buffer.alloc(0)

const kindsByName = new Map<string, Pick<LinkKind<never, LinkInfo>, 'decode'>>(
  [macvlan, veth, bridge, dummy].map((entry) => [entry.kind, entry]),
)
