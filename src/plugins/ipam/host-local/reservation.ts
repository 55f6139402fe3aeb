// SPDX-License-Identifier: Apache-2.0

import type { IpAddress } from '../../../base/index.ts'
import type { Attachment } from '../../kit/plugin-call.ts'

/** Who holds an address; files of very old versions name no interface. */
export interface Holder {
  readonly containerId: string
  readonly ifName?: string
}

/** One address of a network, as it stands in the directory. */
export interface Reservation {
  readonly address: IpAddress
  /** The address in its canonical spelling. */
  readonly text: string
  /** The file's name, which is the address as its writer spelt it. */
  readonly file: string
  /** Undefined for an empty file, which a full disk or a crash left: nobody holds the address. */
  readonly holder: Holder | undefined
}

/** The content of a reservation file, byte for byte as the Go plugin writes it. */
export function formatHolder({ containerId, ifName }: Attachment): string {
  return `${containerId}\r\n${ifName}`
}

/** The holder that a reservation file names. */
export function parseHolder(content: string): Holder | undefined {
  const [containerId = '', ifName] = content.trim().split('\r\n')
  if (containerId === '') return undefined
  return ifName === undefined ? { containerId } : { containerId, ifName }
}

/** The reservations of one attachment; those that name no interface only if none does name it. */
export function heldBy(
  { containerId, ifName }: Attachment,
  reservations: readonly Reservation[],
): Reservation[] {
  const ofContainer = reservations.filter(({ holder }) => holder?.containerId === containerId)
  const exact = ofContainer.filter(({ holder }) => holder?.ifName === ifName)
  return exact.length > 0 ? exact : ofContainer.filter(({ holder }) => holder?.ifName === undefined)
}

/** Text such as `abc/eth0`; long container ids are cut to the length that runtimes show. */
export function describeHolder({ containerId, ifName }: Holder): string {
  const id = containerId.length > 20 ? `${containerId.slice(0, 13)}…` : containerId
  return ifName === undefined ? id : `${id}/${ifName}`
}
