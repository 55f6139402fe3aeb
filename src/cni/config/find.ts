// SPDX-License-Identifier: Apache-2.0

import { extname } from 'node:path'
import { PlaitError, formatGoJson } from '../../base/index.ts'
import { goQuote } from '../go-quote.ts'
import { listConfigFiles, readConfigFile } from './config-file.ts'
import { listOfPlugin, parseNetworkConfigList } from './list.ts'
import type { NetworkConfigList } from './list.ts'
import { loadConfigFile, loadListFile } from './load.ts'
import { parseNetworkConfig, parsingConfig } from './plugin-config.ts'
import type { NetworkConfig } from './plugin-config.ts'

/** A configuration that was found in a directory; it is a list when it has `plugins`. */
export interface FoundNetwork {
  readonly path: string
  readonly network: NetworkConfigList | NetworkConfig
}

const configExtensions = ['.conf', '.json', '.conflist']

/**
 * The configuration whose name is `name`, in the order of the file names whatever their form (NAD-3). Plugins
 * in a directory beside a list are not added (SEL-8).
 *
 * @throws PlaitError with upstream's texts: no file, no match, or a file before the match that cannot be parsed.
 */
export function findNetworkInDirectory(directory: string, name: string): FoundNetwork {
  for (const path of listOrFail(directory, configExtensions)) {
    const network = parseFile(path)
    if (network.name === name) return { path, network }
  }
  throw networkMissing(`no network available in the name ${name} in cni dir ${directory}`)
}

/**
 * The first configuration of a directory by file name, whatever its name (SEL-2). A directory with nothing but
 * `.json` files counts as empty.
 *
 * @throws PlaitError when there is none, or it cannot be parsed.
 */
export function firstConfigInDirectory(directory: string): FoundNetwork {
  listOrFail(directory, ['.conf', '.conflist'])
  const [path = ''] = listOrFail(directory, configExtensions)
  return { path, network: parseFile(path) }
}

/**
 * The network of a name as libcni's own tools look it up: lists before single plugins, which become lists;
 * plugins beside a list are added.
 *
 * @throws PlaitError
 */
export function loadNetwork(directory: string, name: string): NetworkConfigList {
  for (const path of listConfigFiles(directory, ['.conflist'])) {
    const list = loadListFile(path)
    if (list.name === name) return list
  }
  for (const path of listConfigFiles(directory, ['.conf', '.json'])) {
    const network = loadConfigFile(path)
    if (network.name === name) return asList(network)
  }
  if (listConfigFiles(directory, configExtensions).length === 0) {
    throw networkMissing(`no net configurations found in ${directory}`)
  }
  throw networkMissing(`no net configuration with name ${goQuote(name)} in ${directory}`)
}

function asList(network: NetworkConfig): NetworkConfigList {
  const list = listOfPlugin(network)
  return { ...list, bytes: Buffer.from(formatGoJson(list.config, { sortKeys: true })) }
}

function parseFile(path: string): NetworkConfigList | NetworkConfig {
  if (extname(path) === '.conflist') {
    return parsingConfig(`Error loading CNI conflist file ${path}`, () =>
      parseNetworkConfigList(readConfigFile(path)),
    )
  }
  return parsingConfig(`Error loading CNI config file ${path}`, () =>
    parseNetworkConfig(readConfigFile(path)),
  )
}

function listOrFail(directory: string, extensions: readonly string[]): string[] {
  const complaint = `No networks found in ${directory}`
  const paths = parsingNetwork(complaint, () => listConfigFiles(directory, extensions))
  if (paths.length === 0) throw networkMissing(complaint)
  return paths
}

function parsingNetwork<T>(complaint: string, list: () => T): T {
  try {
    return list()
  } catch (error) {
    throw networkMissing(complaint, error)
  }
}

function networkMissing(message: string, cause?: unknown): PlaitError {
  return new PlaitError('cni/network-missing', message, { cause })
}
