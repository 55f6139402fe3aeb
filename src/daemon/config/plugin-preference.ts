// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { invalid, nameOf } from './key-reader.ts'

/** Which one is run of a bundled plugin and a program of the same name on the host. */
export interface PluginPreference {
  /** For types that are not named. */
  readonly otherwise: PreferredPlugin
  readonly byType: ReadonlyMap<string, PreferredPlugin>
}

type PreferredPlugin = 'bundled' | 'host'

/** The key of the daemon's file that says so: an object of plugin types, and `default` for all others. */
const preferenceKey = 'pluginPreference'

/**
 * What the daemon's file prefers; without a word, bundled plugins.
 *
 * @throws PlaitError `daemon/config-invalid`
 */
export function readPluginPreference(root: JsonObject, path: string): PluginPreference {
  const value = getCaseInsensitive(root, preferenceKey) ?? {}
  if (!isJsonObject(value)) {
    throw invalid(path, `${preferenceKey} is ${nameOf(value)}, and must be an object of plugin types`)
  }
  const { default: otherwise = 'bundled', ...types } = value
  const byType = Object.entries(types).map(([type, one]) => [type, readPreferred(type, one, path)] as const)
  return { otherwise: readPreferred('default', otherwise, path), byType: new Map(byType) }
}

/** Whether a program of this type on the host comes before a bundled plugin. */
export function prefersHost({ otherwise, byType }: PluginPreference, type: string): boolean {
  return (byType.get(type) ?? otherwise) === 'host'
}

function readPreferred(type: string, value: JsonValue | undefined, path: string): PreferredPlugin {
  if (value === 'bundled' || value === 'host') return value
  throw invalid(path, `${preferenceKey}.${type} is ${nameOf(value)}, and must be "bundled" or "host"`)
}
