// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import type { PluginConfig } from './plugin-config.ts'

/**
 * A shallow copy of an object with keys set. A key of the object that differs only in letter case is left out,
 * because a Go plugin would take it for the same field.
 *
 * @throws PlaitError for an empty key or a null value.
 */
export function injectKeys(object: JsonObject, values: Readonly<Record<string, JsonValue>>): JsonObject {
  const entries = Object.entries(values)
  for (const [key, value] of entries) {
    if (key === '') throw new PlaitError('config/invalid', 'keys cannot be empty')
    if (value === null) throw new PlaitError('config/invalid', `key '${key}' value must not be nil`)
  }
  const replaced = new Set(entries.map(([key]) => key.toLowerCase()))
  const kept = Object.entries(object).filter(([key]) => !replaced.has(key.toLowerCase()))
  return Object.fromEntries([...kept, ...entries])
}

/** What libcni adds to the configuration of a plugin for one call (§3 of the CNI specification, LIB-3). */
export interface RequestValues {
  readonly name: string
  readonly cniVersion: string
  /** In the version of the network. */
  readonly prevResult?: JsonObject | undefined
  /** By capability; only those that the plugin declares are passed on (RC-5). */
  readonly capabilityArgs?: JsonObject
}

/** The standard input of a plugin: its configuration with the network's name and version and what else applies. */
export function buildPluginConfig(
  { config, capabilities }: PluginConfig,
  { name, cniVersion, prevResult, capabilityArgs = {} }: RequestValues,
): JsonObject {
  const runtimeConfig = capabilities
    .filter((capability) => Object.hasOwn(capabilityArgs, capability))
    .map((capability): [string, JsonValue | undefined] => [capability, capabilityArgs[capability]])
  return injectKeys(config, {
    name,
    cniVersion,
    ...(prevResult && { prevResult }),
    ...(runtimeConfig.length > 0 && { runtimeConfig: Object.fromEntries(runtimeConfig) }),
  })
}
