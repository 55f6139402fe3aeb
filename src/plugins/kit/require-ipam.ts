// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive } from '../../base/index.ts'
import { cniErrorCode, CniError } from '../../cni/index.ts'
import type { PluginCall } from './plugin-call.ts'

/** @throws CniError 999 with Go's text for a configuration without `ipam`, which an ipam plugin cannot serve. */
export function requireIpam({ rawConfig }: Pick<PluginCall, 'rawConfig'>): void {
  if ((getCaseInsensitive(rawConfig, 'ipam') ?? null) !== null) return
  throw new CniError(cniErrorCode.internal, "IPAM config missing 'ipam' key", { id: 'config/invalid' })
}
