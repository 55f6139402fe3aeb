// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive } from '../../base/index.ts'
import { readConfPlugins } from '../autoconfig/read-conf-plugins.ts'

/** Whether a CNI configuration leads to the shim, as those do that the daemon writes. */
export function callsShim(path: string): boolean {
  return readConfPlugins(path).some((plugin) => getCaseInsensitive(plugin, 'type') === 'multus-shim')
}
