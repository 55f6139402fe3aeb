// SPDX-License-Identifier: Apache-2.0

import { formatGoJson, isJsonObject, parseJson, PlaitError } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { readBandwidth, readPortMappings } from '../networks/annotation/port-mapping.ts'
import type { AttachmentRequest } from '../networks/annotation/selection.ts'
import { fieldsOf, isList, kindOf, mismatch } from '../decode.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { asMaster, loadDelegate } from '../delegate/load.ts'
import { sandboxMember } from './scratch-format.ts'
import type { Sandbox } from './scratch-format.ts'

/**
 * The delegates of a pod from its file, written here or by upstream; the first one is the default network.
 *
 * @throws PlaitError when the text is no such file; an empty list, which upstream does not survive, is
 * no error (BUG-15).
 */
export function parseScratchFile(text: string): readonly Delegate[] {
  const value = parseJson(text)
  if (!isList(value)) throw mismatch(kindOf(value), 'value', '[]*types.DelegateNetConf')
  return value.map((element, index) => {
    const delegate = parseElement(element)
    return index === 0 ? asMaster(delegate) : delegate
  })
}

/** The sandbox that a file of ours names; undefined in one of upstream's, and in one that is of no use. */
export function parseSandbox(text: string): Sandbox | undefined {
  try {
    const value = parseJson(text)
    const first = isList(value) ? value[0] : undefined
    const sandbox = isJsonObject(first) ? first[sandboxMember] : undefined
    if (!isJsonObject(sandbox)) return undefined
    const field = fieldsOf(sandbox, 'Sandbox')
    const [netns = '', ifName = '', args = ''] = ['netns', 'ifName', 'args'].map((key) => field.string(key))
    return { netns, ifName, args }
  } catch {
    // DEL keeps a corrupt file aside and says so; here it is only looked at.
    return undefined
  }
}

function parseElement(element: JsonValue): Delegate {
  if (!isJsonObject(element)) throw mismatch(kindOf(element), 'value', 'types.DelegateNetConf')
  const field = fieldsOf(element, 'DelegateNetConf')
  const fullList = readFullList(fieldsOf(element, 'DelegateNetConf').object('CNINetworkConfigList') ?? {})
  const text = fullList ?? Buffer.from(field.string('Bytes') ?? '', 'base64').toString()
  const delegate = loadDelegate(text, { isFromListFile: fullList !== undefined })
  const [name, resourceName] = [field.string('Name'), field.string('resourceName')]
  return {
    ...delegate,
    ...(name && { name }),
    request: readRequest(element),
    ...(resourceName && { device: { resourceName, id: field.string('deviceID') ?? '' } }),
  }
}

/**
 * The list as it was loaded from its file. Upstream up to 4.3.0 keeps it whole here, while its `Bytes` have
 * lost all that libcni's types do not know (BUG-43).
 */
function readFullList(list: JsonObject): string | undefined {
  const field = fieldsOf(list, 'NetworkConfigList')
  const plugins = field.list('Plugins') ?? []
  if (plugins.length === 0) return undefined
  const loadOnlyInlinedPlugins = field.boolean('LoadOnlyInlinedPlugins')
  return formatGoJson(
    {
      cniVersion: field.string('CNIVersion') ?? '',
      name: field.string('Name') ?? '',
      ...(field.boolean('DisableCheck') && { disableCheck: true }),
      ...(field.boolean('DisableGC') && { disableGC: true }),
      ...(loadOnlyInlinedPlugins && { loadOnlyInlinedPlugins }),
      plugins: plugins.map(readPlugin),
    },
    { sortKeys: true },
  )
}

function readPlugin(plugin: JsonValue): JsonValue {
  const bytes = isJsonObject(plugin) ? fieldsOf(plugin, 'NetworkConfig').string('Bytes') : undefined
  if (bytes) return parseJson(Buffer.from(bytes, 'base64'))
  throw new PlaitError('multus/cache-corrupt', 'a plugin of CNINetworkConfigList has no Bytes')
}

function readRequest(element: JsonObject): AttachmentRequest {
  const field = fieldsOf(element, 'DelegateNetConf')
  const [interfaceName, mac] = [field.string('ifnameRequest'), field.string('macRequest')]
  const [infinibandGuid, ips] = [field.string('infinibandGUIDRequest'), field.strings('ipRequest')]
  const [portMappings, bandwidth] = [field.list('portMappingsRequest'), field.object('bandwidthRequest')]
  const [defaultRoute, deviceId] = [field.strings('default-route'), field.string('deviceID')]
  return {
    ...(interfaceName && { interfaceName }),
    ...(mac && { mac }),
    ...(infinibandGuid && { infinibandGuid }),
    ...(ips && { ips }),
    ...(portMappings && { portMappings: readPortMappings(portMappings) }),
    ...(bandwidth && { bandwidth: readBandwidth(bandwidth) }),
    ...(defaultRoute && { defaultRoute }),
    ...(deviceId && !field.string('resourceName') && { deviceId }),
  }
}
