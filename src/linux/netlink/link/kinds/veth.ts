// SPDX-License-Identifier: Apache-2.0

import { ByteWriter } from '../../codec/byte-writer.ts'
import { beginAttribute, endAttribute } from '../../codec/attributes.ts'
import { VETH_INFO_PEER } from '../../constants/link.ts'
import { linkMessage } from '../link-message.ts'
import type { LinkKind } from './link-kind.ts'

/** The other end of a veth pair. */
export interface VethPeer {
  readonly name: string
  readonly mtu?: number | undefined
  readonly mac?: string | undefined
  readonly txQueueLength?: number | undefined
  readonly group?: number | undefined
  /** Where the peer is made; in the namespace of the request when absent. */
  readonly namespace?: { readonly fd: number } | undefined
}

/** A veth pair to be made. Only the first end can be made up: without its peer a veth cannot be. */
export interface VethSpec {
  readonly kind: 'veth'
  readonly peer: VethPeer
}

/** What is known of a veth: nothing of its own; its peer is `Link.link` in the namespace `Link.linkNetnsId`. */
export interface VethInfo {
  readonly kind: 'veth'
}

/** Links of kind veth: two ends of a cable. */
export const veth: LinkKind<VethSpec, VethInfo> = {
  kind: 'veth',
  encode({ peer: { name, mtu, mac, txQueueLength, group, namespace } }) {
    const out = new ByteWriter()
    const at = beginAttribute(VETH_INFO_PEER, out)
    const attributes = { name, txQueueLength, mtu, mac, group, namespaceFd: namespace?.fd }
    linkMessage.write({ header: {}, attributes }, out)
    endAttribute(at, out)
    return out.finish()
  },
  decode: () => ({ kind: 'veth' }),
}
