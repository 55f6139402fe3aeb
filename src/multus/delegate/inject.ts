// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, PlaitError } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { isList } from '../decode.ts'

/**
 * The configuration with a device id in it: `deviceID` and `pciBusID` of a plugin, or of every plugin of
 * a list (DLG-5).
 *
 * @throws PlaitError `multus/nad-invalid` with upstream's text (DLG-7).
 */
export function injectDeviceId(config: JsonObject, id: string): JsonObject {
  return mapPlugins(config, 'LoadDelegateNetConf: failed to add deviceID', (plugin) => ({
    ...plugin,
    deviceID: id,
    pciBusID: id,
  }))
}

/**
 * The configuration with the arguments of a pod merged into `args.cni` of a plugin, or of every plugin of
 * a list; the pod's win (DLG-6).
 *
 * @throws PlaitError `multus/nad-invalid`, also when `args` or `args.cni` is no object (BUG-15).
 */
export function injectCniArgs(config: JsonObject, cniArgs: JsonObject): JsonObject {
  return mapPlugins(config, 'LoadDelegateNetConf(): failed to add cni-args', (plugin, fail) => {
    const args = objectMember(plugin, 'args', fail)
    const cni = objectMember(args, 'cni', fail)
    return { ...plugin, args: { ...args, cni: { ...cni, ...cniArgs } } }
  })
}

type Fail = (problem: string) => PlaitError

function mapPlugins(
  config: JsonObject,
  what: string,
  map: (plugin: JsonObject, fail: Fail) => JsonObject,
): JsonObject {
  const isSingle = typeof config.type === 'string' && config.type !== ''
  const kind = isSingle ? 'NetConf' : 'NetConfList'
  const fail: Fail = (problem) => new PlaitError('multus/nad-invalid', `${what} in ${kind} bytes: ${problem}`)
  if (isSingle) return map(config, fail)
  const { plugins } = config
  if (plugins === undefined) throw fail('unable to get plugin list')
  if (!isList(plugins)) throw fail('unable to typecast plugin list')
  return { ...config, plugins: plugins.map((plugin, index) => map(asPlugin(plugin, index, fail), fail)) }
}

function asPlugin(plugin: JsonValue, index: number, fail: Fail): JsonObject {
  if (isJsonObject(plugin)) return plugin
  throw fail(`unable to typecast plugin #${index}`)
}

function objectMember(object: JsonObject, key: string, fail: Fail): JsonObject {
  const value = object[key] ?? {}
  if (isJsonObject(value)) return value
  throw fail(`"${key}" is not an object`)
}
