// SPDX-License-Identifier: Apache-2.0

import { cniErrorCode, CniError } from '../../cni/index.ts'
import type { CniInterface, CniResult } from '../../cni/index.ts'
import type { Link } from '../../linux/index.ts'
import type { AttachmentCall, CheckCall } from './plugin-call.ts'

/**
 * The result that a chained plugin or a CHECK needs.
 *
 * @throws CniError with Go's text, which a few plugins spell differently.
 */
export function requirePrevResult(
  call: Pick<AttachmentCall, 'prevResult'>,
  text = 'Required prevResult missing',
): CniResult {
  const { prevResult } = call
  if (prevResult === undefined) throw new CniError(cniErrorCode.internal, text)
  return prevResult
}

/**
 * The container's link of a CHECK, after holding it against its entry in the result: sandbox, kind and MAC.
 *
 * @throws Error that names the difference.
 */
export function checkContainerLink(
  { ifName, netns, container }: Pick<CheckCall, 'ifName' | 'netns' | 'container'>,
  result: CniResult,
  kind: string,
): Link {
  const entry = (result.interfaces ?? []).find(
    ({ name, sandbox }) => name === ifName && sandbox !== undefined,
  )
  if (entry === undefined) throw new Error(`Interface ${ifName} is not in prevResult`)
  if (entry.sandbox !== netns) {
    throw new Error(`Sandbox in prevResult ${entry.sandbox} doesn't match configured netns: ${netns}`)
  }
  const link = container.links.get(ifName)
  if (link === undefined) throw new Error(`Container interface ${ifName} not found`)
  if (link.kind !== kind) throw new Error(`error: Container interface ${ifName} not of type ${kind}`)
  checkMac(link, entry)
  return link
}

/** @throws Error when the link has another MAC than the result says; a result without MAC says nothing. */
export function checkMac(link: Link, { mac }: CniInterface): void {
  if (mac === undefined || mac === link.mac) return
  throw new Error(`Interface ${link.name} has mac ${link.mac ?? 'none'}, but prevResult says ${mac}`)
}
