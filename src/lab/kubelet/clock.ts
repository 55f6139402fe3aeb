// SPDX-License-Identifier: Apache-2.0

/** The present time in RFC 3339 with whole seconds, as the API writes times. */
export function formatNow(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`
}
