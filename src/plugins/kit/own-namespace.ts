// SPDX-License-Identifier: Apache-2.0

import { cniErrorCode, CniError, isNetnsOverridden } from '../../cni/index.ts'
import type { CallScope } from './call-scope.ts'

/**
 * Refuses a container that is the plugin's own namespace, before anything is done to it. (The Go plugins notice it
 * afterwards, with the host already configured.)
 *
 * @throws CniError code 8 with Go's text.
 */
export function refuseOwnNamespace(scope: CallScope): void {
  if (!isOwnNamespace(scope)) return
  const text = "plugin's netns and netns from CNI_NETNS should not be the same"
  throw new CniError(cniErrorCode.invalidNetns, text, { id: 'net/own-namespace' })
}

/** Whether CNI_NETNS leads to the namespace that the plugin runs in, and the caller did not allow it. */
export function isOwnNamespace(scope: CallScope): boolean {
  if (isNetnsOverridden(scope.invocation.env ?? {})) return false
  const container = scope.containerIfPresent
  return container !== undefined && container.isSame(scope.host)
}
