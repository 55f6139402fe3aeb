// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'

// The reply goes to the caller's own network and in the caller's version, whatever the daemon's file says.
const identity = new Set(['cniVersion', 'name', 'type'])

/** What of the daemon's file is not laid over requests. */
export interface OverrideOptions {
  /**
   * The daemon itself watches the readiness indicator file: requests do not wait for it, neither by their
   * own configuration nor by the daemon's (spec SRV-4).
   */
  readonly ignoreReadinessIndicator: boolean
}

/**
 * The configuration of a request with every top-level key of the daemon's file in place of its own
 * (spec SRV-4), except the keys that say which network it is.
 */
export function overrideConfig(
  request: JsonObject,
  daemon: JsonObject,
  { ignoreReadinessIndicator }: OverrideOptions,
): JsonObject {
  const layer = Object.entries(daemon).filter(([key]) => !identity.has(key))
  const merged = { ...request, ...Object.fromEntries(layer) }
  if (!ignoreReadinessIndicator) return merged
  const { readinessindicatorfile: _ignored, ...rest } = merged
  return rest
}
