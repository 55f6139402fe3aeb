// SPDX-License-Identifier: Apache-2.0

import { PlaitError, getCaseInsensitive } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { goTypeName, isList, readRoot } from '../decode.ts'
import { goQuote } from '../go-quote.ts'
import { effectiveVersion } from './effective-version.ts'
import { parsePluginConfig, parsingConfig, readSource } from './plugin-config.ts'
import type { NetworkConfig, PluginConfig } from './plugin-config.ts'

/** A network: its plugins in the order of ADD, and what holds for all of them. */
export interface NetworkConfigList {
  readonly name: string
  /** The version that all plugins are run with; empty when the list names none. */
  readonly cniVersion: string
  readonly disableCheck: boolean
  readonly disableGC: boolean
  /** Whether plugins in the directory of the network's name are left out. */
  readonly loadOnlyInlinedPlugins: boolean
  readonly plugins: readonly PluginConfig[]
  /** Everything that the list says. */
  readonly config: JsonObject
  /** The JSON text, for the result cache. */
  readonly bytes: Buffer
}

/**
 * A list from its JSON, as bytes or decoded; `bytes` is the text of a decoded one when the caller has it.
 * A list without `plugins` is empty, because its plugins may stand in a directory of their own.
 *
 * @throws PlaitError with the texts of the Go library.
 */
export function parseNetworkConfigList(source: Uint8Array | JsonValue, bytes?: Buffer): NetworkConfigList {
  const json = readSource(source, bytes)
  return parsingConfig('error parsing configuration list', () => {
    const config = readRoot(json.decode(), 'list')
    const loadOnlyInlinedPlugins = readFlag(config, 'loadOnlyInlinedPlugins')
    return {
      name: readName(config),
      cniVersion: effectiveVersion(config),
      disableCheck: readFlag(config, 'disableCheck'),
      disableGC: readFlag(config, 'disableGC'),
      loadOnlyInlinedPlugins,
      plugins: readPlugins(config, loadOnlyInlinedPlugins),
      config,
      bytes: json.text(),
    }
  })
}

/** The list that a network of one plugin stands for. */
export function listOfPlugin(network: NetworkConfig): NetworkConfigList {
  return {
    name: network.name,
    cniVersion: network.cniVersion,
    disableCheck: false,
    disableGC: false,
    loadOnlyInlinedPlugins: true,
    plugins: [network],
    config: { cniVersion: network.cniVersion, name: network.name, plugins: [network.config] },
    bytes: network.bytes,
  }
}

function readName(list: JsonObject): string {
  const name = getCaseInsensitive(list, 'name') ?? undefined
  if (name === undefined) throw invalid('no name')
  if (typeof name !== 'string') throw invalid(`invalid name type ${goTypeName(name)}`)
  return name
}

function readFlag(list: JsonObject, key: string): boolean {
  const value = getCaseInsensitive(list, key) ?? false
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string') throw invalid(`invalid type ${goTypeName(value)} for ${key}`)
  const folded = value.toLowerCase()
  if (folded !== 'true' && folded !== 'false') throw invalid(`invalid value ${goQuote(value)} for ${key}`)
  return folded === 'true'
}

function readPlugins(list: JsonObject, loadOnlyInlinedPlugins: boolean): readonly PluginConfig[] {
  const plugins = getCaseInsensitive(list, 'plugins') ?? undefined
  if (plugins === undefined) {
    if (loadOnlyInlinedPlugins) throw invalid("`loadOnlyInlinedPlugins` is true, and no 'plugins' key")
    return []
  }
  if (!isList(plugins)) throw invalid(`invalid 'plugins' type ${goTypeName(plugins)}`)
  if (plugins.length === 0) throw invalid('no plugins in list')
  return plugins.map((plugin, index) =>
    parsingConfig(`failed to parse plugin config ${index}: error parsing configuration`, () =>
      parsePluginConfig(plugin),
    ),
  )
}

function invalid(message: string): PlaitError {
  return new PlaitError('config/invalid', message)
}
