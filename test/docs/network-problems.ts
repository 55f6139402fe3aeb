// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { networkAttachmentDefinitions } from '../../src/kubernetes/index.ts'
import { loadDelegate } from '../../src/multus/delegate/load.ts'
import { readCniConfig } from '../../src/multus/networks/nad.ts'
import { loadPlugins } from '../../src/plugins/index.ts'
import type { Plugin } from '../../src/plugins/index.ts'
import { configRows } from '../../src/plugins/kit/config-table.ts'
import { decodeConfig } from '../../src/plugins/kit/decode-config.ts'

const plugins = await loadPlugins()

// What every plugin may be given: keys of the specification, of the kit, and of the network around it.
const shared = new Set(['cniVersion', 'name', 'type', 'capabilities', 'ipam.type', 'ipam.duplicateAddresses'])
const open = /^(?:capabilities|dns|prevResult|args\.cni|runtimeConfig)(?:\.|$)/

/** What is wrong with a CNI configuration, of one plugin or of a list, as it stands in a page. */
export function networkProblems(text: string): string[] {
  try {
    const definition = networkAttachmentDefinitions.parse({
      metadata: { name: 'example', namespace: 'default' },
      spec: { config: text },
    })
    const { config } = loadDelegate(readCniConfig(definition, '/nonexistent'))
    const members = Array.isArray(config['plugins']) ? config['plugins'].filter(isJsonObject) : [config]
    return members.flatMap(pluginProblems)
  } catch (error) {
    return [String(error)]
  }
}

function pluginProblems(config: JsonObject): string[] {
  const ipam = getCaseInsensitive(config, 'ipam')
  const served = [bundled(config), isJsonObject(ipam) ? bundled(ipam) : undefined].filter(
    (one) => one !== undefined,
  )
  if (bundled(config) === undefined) return [`type ${JSON.stringify(config['type'])} is no bundled plugin`]
  const known = new Set(served.flatMap((plugin) => configRows(plugin).map(({ key }) => key)))
  const unknown = pathsOf(config).filter((path) => !known.has(path) && !shared.has(path) && !open.test(path))
  return [
    ...served.flatMap((plugin) => schemaProblems(plugin, config)),
    ...unknown.map((path) => `no plugin of the example knows ${path}`),
  ]
}

function bundled({ type }: JsonObject): Plugin | undefined {
  return typeof type === 'string' ? plugins.get(type) : undefined
}

function schemaProblems({ kind, name, schemas }: Plugin, config: JsonObject): string[] {
  try {
    const [value, path] = kind === 'ipam' ? [config['ipam'], 'ipam'] : [config, '']
    decodeConfig(schemas.config, value, { path, what: `${name} example` })
    return []
  } catch (error) {
    return [String(error)]
  }
}

/** The paths of all values, inner lists as `[]`, such as `ipam.ranges[][].subnet`. */
function pathsOf(value: JsonValue | undefined, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => pathsOf(item, `${path}[]`))
  if (!isJsonObject(value)) return [path.replace(/(?:\[\])+$/, '')]
  return Object.entries(value).flatMap(([key, member]) => {
    const inner = path === '' ? key : `${path}.${key}`
    return pathsOf(member, inner)
  })
}
