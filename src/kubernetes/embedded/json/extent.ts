// SPDX-License-Identifier: Apache-2.0

import type { JsonValue } from '../../../base/index.ts'

/** Values within values, and how many there are. */
export interface Extent {
  readonly depth: number
  readonly count: number
}

/** How deep a value is nested and how many values it holds; the walk ends where it passes either bound. */
export function extentOf(value: JsonValue, bounds: Extent): Extent {
  // A stack of its own, because what is measured may be deeper than the stack of calls.
  const waiting: [JsonValue, number][] = [[value, 1]]
  let depth = 0
  let count = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [current, level] = next
    depth = Math.max(depth, level)
    count += 1
    if (depth > bounds.depth || count > bounds.count) break
    if (typeof current !== 'object' || current === null) continue
    for (const child of Object.values(current)) if (child !== undefined) waiting.push([child, level + 1])
  }
  return { depth, count }
}
