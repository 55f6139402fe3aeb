// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'

/** The `ipam` section of a plugin's configuration; undefined where it has none. */
export function ipamOf(config: JsonObject): JsonObject | undefined {
  const ipam = getCaseInsensitive(config, 'ipam')
  return isJsonObject(ipam) ? ipam : undefined
}

/** The plugin that a plugin's configuration asks for addresses, as Go finds it; undefined where it asks none. */
export function ipamTypeOf(config: JsonObject): string | undefined {
  const ipam = ipamOf(config)
  const type = ipam && getCaseInsensitive(ipam, 'type')
  return typeof type === 'string' && type !== '' ? type : undefined
}
