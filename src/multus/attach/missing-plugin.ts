// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import type { InvokePlugin } from '../../cni/index.ts'

const maxDistance = 2
// A type from a definition may be of any length.
const maxCompared = 64

/**
 * Runs plugins as `invoke` does. Where a plugin exists nowhere, the error keeps upstream's text with the type
 * and the directories, and its details name the bundled plugins that may have been meant.
 *
 * @param bundledTypes asked only when a plugin is missing.
 */
export function explainingMissingPlugins(
  invoke: InvokePlugin,
  bundledTypes: () => Promise<Iterable<string>>,
): InvokePlugin {
  return async (invocation) => {
    try {
      return await invoke(invocation)
    } catch (error) {
      if (!(error instanceof CniError) || errorIdOf(error) !== 'cni/plugin-missing') throw error
      // It may be the plugin that a bundled one delegates to, such as its ipam.type.
      const [, missing, invalid] =
        /failed to find plugin "([^"]*)"|invalid plugin name: (.*)/.exec(error.msg) ?? []
      const type = missing ?? invalid ?? invocation.type
      const details = [error.details, suggestion(type, [...(await bundledTypes())])]
        .filter(Boolean)
        .join('; ')
      throw new CniError(error.code, error.msg, { details, cause: error.cause, id: 'cni/plugin-missing' })
    }
  }
}

/** What may have been meant by a plugin type that does not exist; with nothing near it, all that there is. */
export function suggestion(type: string, bundled: readonly string[]): string {
  const wanted = type.toLowerCase().slice(0, maxCompared)
  const near = bundled.filter((one) => distance(wanted, one) <= maxDistance || isPart(wanted, one)).toSorted()
  if (near.length > 0) return `bundled plugins with a near name: ${near.join(', ')}`
  return `bundled plugins: ${bundled.toSorted().join(', ')}`
}

// Such as "mac-vlan" or "local" for "host-local"; short pieces are part of everything.
function isPart(wanted: string, bundled: string): boolean {
  const [a, b] = [wanted, bundled].map((name) => name.replaceAll(/[^a-z0-9]/g, ''))
  return (
    a !== undefined && b !== undefined && a.length > 3 && (b.includes(a) || (b.length > 3 && a.includes(b)))
  )
}

/** How many letters have to be changed, added or dropped (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
