// SPDX-License-Identifier: Apache-2.0

import { dirname, join } from 'node:path'
import { PlaitError, parseJson } from '../../base/index.ts'
import { isNetworkName } from '../validate.ts'
import { listConfigFiles, readConfigFile } from './config-file.ts'
import { injectKeys } from './inject.ts'
import { parseNetworkConfigList } from './list.ts'
import type { NetworkConfigList } from './list.ts'
import { parseNetworkConfig, parsePluginConfig, parsingConfig } from './plugin-config.ts'
import type { NetworkConfig, PluginConfig } from './plugin-config.ts'

/**
 * The list of a `.conflist` file with the plugins that stand beside it: unless `loadOnlyInlinedPlugins` is
 * true, each `<directory of the file>/<network name>/*.conf` adds one, in the order of the file names (SEL-3).
 * `config` and `bytes` then hold those plugins too, so that nothing of them is lost where they are stored.
 *
 * @throws PlaitError when a file cannot be used, or there is no plugin at all.
 */
export function loadListFile(path: string): NetworkConfigList {
  return parsingConfig(`error loading CNI conflist file ${path}`, () => {
    const list = parseNetworkConfigList(readConfigFile(path))
    if (!isNetworkName(list.name)) throw invalid(`invalid network config name: ${list.name}`)
    const added = list.loadOnlyInlinedPlugins ? [] : loadFolder(join(dirname(path), list.name))
    if (added.length > 0) return extendList(list, added)
    if (list.plugins.length === 0) throw invalid('no plugin configs found')
    return list
  })
}

/**
 * The network of one plugin in a file (SEL-4).
 *
 * @throws PlaitError when the file cannot be used.
 */
export function loadConfigFile(path: string): NetworkConfig {
  return parsingConfig(`error loading CNI config file ${path}`, () =>
    parseNetworkConfig(readConfigFile(path)),
  )
}

function loadFolder(directory: string): PluginConfig[] {
  return listConfigFiles(directory, ['.conf']).map((path) =>
    parsingConfig(`error parsing configuration ${path}`, () =>
      parsePluginConfig(parseJson(readConfigFile(path))),
    ),
  )
}

function extendList(list: NetworkConfigList, added: readonly PluginConfig[]): NetworkConfigList {
  const plugins = [...list.plugins, ...added]
  const config = injectKeys(list.config, { plugins: plugins.map((plugin) => plugin.config) })
  return { ...list, plugins, config, bytes: Buffer.from(JSON.stringify(config)) }
}

function invalid(message: string): PlaitError {
  return new PlaitError('config/invalid', message)
}
