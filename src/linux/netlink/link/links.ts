// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../../base/index.ts'
import { hasLink } from '../../sys/libc.ts'
import { AF_BRIDGE } from '../constants/netlink.ts'
import { RTEXT_FILTER_SKIP_STATS, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK } from '../constants/link.ts'
import type { KernelRequest } from '../exchange.ts'
import type { NetlinkConnection } from '../netlink-connection.ts'
import { isNetlinkError } from '../netlink-error.ts'
import { createRenamed } from './create-renamed.ts'
import { findLink } from './find-link.ts'
import { bridgePortAttributes } from './bridge-port.ts'
import type { BridgePortChanges } from './bridge-port.ts'
import { encodePayload } from './kinds/link-kind.ts'
import { encodeChanges, encodeRemove } from './link-changes.ts'
import type { LinkChanges } from './link-changes.ts'
import { linkMessage } from './link-message.ts'
import { encodeCreate } from './link-spec.ts'
import type { LinkSpec } from './link-spec.ts'
import { readLink } from './link.ts'
import type { Link } from './link.ts'

/** The links of one namespace. A call throws NetlinkError when the kernel refuses it. */
export class Links {
  readonly #connection: NetlinkConnection

  constructor(connection: NetlinkConnection) {
    this.#connection = connection
  }

  /** The link of that name, which may be an alternative one; undefined when there is none. */
  get(name: string): Link | undefined {
    return findLink(this.#connection, name)
  }

  /** The link with that index; undefined when there is none. */
  byIndex(index: number): Link | undefined {
    return findLink(this.#connection, index)
  }

  /** All links, in the order of their indexes. */
  list(): Link[] {
    const attributes = { extMask: RTEXT_FILTER_SKIP_STATS }
    const body = (out: Out): void => linkMessage.write({ header: {}, attributes }, out)
    return this.#connection.list({ type: RTM_GETLINK, label: 'RTM_GETLINK all', body }, readLink)
  }

  /** Makes a link, directly in `spec.namespace` if that is given; EEXIST when the name is taken there. */
  create(spec: LinkSpec): void {
    try {
      this.#connection.change(encodeCreate(spec))
    } catch (error) {
      if (spec.namespace === undefined || !isNetlinkError(error, 'EEXIST')) throw error
      if (!createRenamed(this.#connection, spec, spec.namespace.fd)) throw error
    }
  }

  /** Changes a link. */
  set(index: number, changes: LinkChanges): void {
    this.#connection.change(encodeChanges(index, changes))
  }

  /** Switches of a link that is the port of a bridge. */
  setBridgePort(index: number, changes: BridgePortChanges): void {
    const attributes = { portInfo: encodePayload(bridgePortAttributes, changes) }
    this.#connection.change({
      type: RTM_SETLINK,
      label: `RTM_SETLINK bridge port ${index}`,
      body: (out) => linkMessage.write({ header: { family: AF_BRIDGE, index }, attributes }, out),
    })
  }

  /**
   * Moves a link to another namespace, under another name if one is given. The kernel sets it down and
   * drops its addresses; a name that is taken there fails with EEXIST and, if the name was given here,
   * with the link already moved under its old name.
   */
  async move(
    index: number,
    to: { readonly fd: number },
    { name }: { name?: string | undefined } = {},
  ): Promise<void> {
    await this.#connection.changeSlowly({
      type: RTM_SETLINK,
      label: `RTM_SETLINK move link ${index}`,
      body: (out) => linkMessage.write({ header: { index }, attributes: { namespaceFd: to.fd, name } }, out),
    })
  }

  /**
   * Deletes a link. It is down and gone when this resolves; the memory that it took is freed later, once the kernel
   * knows that no packet is on it any more.
   */
  async remove(index: number): Promise<void> {
    await this.#removeInSight(encodeRemove(index), [index])
  }

  /**
   * As {@link remove}, but within the call, which blocks the thread for milliseconds: nothing else of this process can
   * begin to use the link after the caller has found it unused.
   */
  removeAtOnce(index: number): void {
    this.#connection.change(encodeRemove(index))
  }

  /**
   * Deletes all links of a group with one request; they are gone when this resolves, as with {@link remove}.
   *
   * @throws NetlinkError ENODEV when the group is empty; PlaitError for group 0, which is every link's at birth.
   */
  async removeGroup(group: number): Promise<void> {
    if (group === 0)
      throw new PlaitError('config/invalid', 'Cannot delete link group 0: it is the group of all other links')
    const members = this.list().filter((link) => link.group === group)
    const request = {
      type: RTM_DELLINK,
      label: `RTM_DELLINK group ${group}`,
      body: (out: Out): void => linkMessage.write({ header: {}, attributes: { group } }, out),
    }
    await this.#removeInSight(
      request,
      members.map(({ index }) => index),
    )
  }

  async #removeInSight(request: KernelRequest, indexes: readonly number[]): Promise<void> {
    const areGone = (): boolean => this.#connection.lookInside(() => !indexes.some(hasLink))
    // Of links that never were, the kernel has to say so.
    await this.#connection.changeSlowly(request, areGone() ? undefined : areGone)
  }
}

type Out = Parameters<typeof linkMessage.write>[1]
