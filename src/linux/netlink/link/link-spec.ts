// SPDX-License-Identifier: Apache-2.0

import type { KernelRequest } from '../exchange.ts'
import { IFF_UP, RTM_NEWLINK } from '../constants/link.ts'
import { NLM_F_CREATE, NLM_F_EXCL } from '../constants/netlink.ts'
import { bridge } from './kinds/bridge.ts'
import type { BridgeSpec } from './kinds/bridge.ts'
import { dummy } from './kinds/dummy.ts'
import type { DummySpec } from './kinds/dummy.ts'
import { macvlan } from './kinds/macvlan.ts'
import type { MacvlanSpec } from './kinds/macvlan.ts'
import { veth } from './kinds/veth.ts'
import type { VethSpec } from './kinds/veth.ts'
import { linkMessage } from './link-message.ts'

/** A link of a kind without a file of its own, by the kernel's name of the kind and its encoded IFLA_INFO_DATA. */
export interface OtherSpec {
  readonly kind: string
  /** Index of the lower link, looked up where the request is sent. */
  readonly link?: number | undefined
  /** May be empty. */
  readonly data: Buffer
}

/** What any link may be given at birth; what is absent is left to the kernel. */
interface CommonSpec {
  readonly name: string
  readonly mtu?: number | undefined
  readonly mac?: string | undefined
  readonly group?: number | undefined
  /** Index of the master, in the namespace where the link is made. */
  readonly master?: number | undefined
  readonly up?: boolean | undefined
  readonly txQueueLength?: number | undefined
  /** Where the link is made, under its final name; in the namespace of the request when absent. */
  readonly namespace?: { readonly fd: number } | undefined
}

/** A link to be made. */
export type LinkSpec = CommonSpec & (VethSpec | BridgeSpec | MacvlanSpec | DummySpec | OtherSpec)

/** The request that makes a link. */
export function encodeCreate(spec: LinkSpec): KernelRequest {
  const { kind, name, mtu, mac, txQueueLength, master, group, namespace, up = false } = spec
  const flags = up ? IFF_UP : 0
  const attributes = {
    link: 'link' in spec ? spec.link : undefined,
    name,
    mtu,
    mac,
    txQueueLength,
    master,
    group,
    namespaceFd: namespace?.fd,
    info: { kind, data: encodeData(spec) },
  }
  return {
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    label: `RTM_NEWLINK ${kind} ${name}`,
    body: (out) => linkMessage.write({ header: { flags, change: flags }, attributes }, out),
  }
}

function encodeData(spec: LinkSpec): Buffer | undefined {
  if ('data' in spec) return spec.data.length === 0 ? undefined : spec.data
  switch (spec.kind) {
    case 'veth':
      return veth.encode(spec)
    case 'bridge':
      return bridge.encode(spec)
    case 'macvlan':
      return macvlan.encode(spec)
    case 'dummy':
      return dummy.encode(spec)
  }
}
