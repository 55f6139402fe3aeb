// SPDX-License-Identifier: Apache-2.0

import { hash } from 'node:crypto'

/** The first `length` characters of `prefix` and the SHA-512 of `text`, as the Go plugins name kernel objects (spec §2.0.11). */
export function hashName(length: number, prefix: string, text: string): string {
  return `${prefix}${hash('sha512', text)}`.slice(0, length)
}

/** The iptables chain of a container on a network; portmap adds `DN-`. */
export function chainName(network: string, containerId: string, extra = ''): string {
  return hashName(28, `CNI-${extra}`, network + containerId)
}

/** The comment of such a chain's rules. */
export function chainComment(network: string, containerId: string): string {
  return `name: ${JSON.stringify(network)} id: ${JSON.stringify(containerId)}`
}

/** Which rules of the masquerading table belong to one attachment: their comments start with this. */
export function masqueradeInstance(network: string, ifName: string, containerId: string): string {
  return `${hashName(16, '', network)}-${hashName(16, '', `${ifName}:${containerId}`)}`
}

// What nft takes as a comment.
const longestComment = 128

/** The comment of a masquerading rule of one attachment. */
export function masqueradeComment(network: string, ifName: string, containerId: string): string {
  const [net, link, id] = [network, ifName, containerId].map((text) => text.replaceAll('"', ''))
  const instance = masqueradeInstance(network, ifName, containerId)
  return `${instance}, net: ${net}, if: ${link}, id: ${id}`.slice(0, longestComment)
}
