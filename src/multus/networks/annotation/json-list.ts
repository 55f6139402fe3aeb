// SPDX-License-Identifier: Apache-2.0

import {
  describeError,
  getCaseInsensitive,
  isJsonObject,
  parseCidr,
  parseIp,
  parseMac,
  PlaitError,
  tryParseIp,
} from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { goQuote } from '../../../cni/index.ts'
import { fieldsOf, isList, kindOf, mismatch, parseDocument } from '../../decode.ts'
import { readBandwidth, readPortMappings } from './port-mapping.ts'
import type { NetworkSelection } from './selection.ts'

const jsonError =
  'parsePodNetworkAnnotation: failed to parse pod Network Attachment Selection Annotation JSON format'

/**
 * The elements of the JSON notation, in order (spec §4.3).
 *
 * @throws PlaitError `multus/annotation-invalid` with upstream's text (ANN-9, ANN-12); an element that
 * is null, which upstream does not survive (BUG-15), is an error of the same kind.
 */
export function parseJsonList(text: string, defaultNamespace: string): readonly NetworkSelection[] {
  // Upstream decodes the whole list before it looks at any value, so types come before contents.
  return decode(text, defaultNamespace).map(checkValues)
}

function decode(text: string, defaultNamespace: string): readonly NetworkSelection[] {
  try {
    const value = parseDocument(text)
    if (value === null) return []
    if (!isList(value)) throw mismatch(kindOf(value), 'value', '[]*types.NetworkSelectionElement')
    return value.map((element) => decodeElement(element, defaultNamespace))
  } catch (error) {
    throw new PlaitError('multus/annotation-invalid', `${jsonError}: ${describeError(error)}`)
  }
}

function decodeElement(element: JsonValue, defaultNamespace: string): NetworkSelection {
  if (!isJsonObject(element)) throw mismatch(kindOf(element), 'value', 'types.NetworkSelectionElement')
  const field = fieldsOf(element, 'NetworkSelectionElement')
  const portMappings = field.list('portMappings')
  const bandwidth = field.object('bandwidth')
  return dropAbsent({
    name: field.string('name') ?? '',
    namespace: field.string('namespace') || defaultNamespace,
    ips: field.strings('ips'),
    mac: field.string('mac') || undefined,
    infinibandGuid: field.string('infiniband-guid') || undefined,
    interfaceName: field.string('interface') || field.string('interfaceRequest') || undefined,
    portMappings: portMappings && readPortMappings(portMappings),
    bandwidth: bandwidth && readBandwidth(bandwidth),
    deviceId: field.string('deviceID') || undefined,
    cniArgs: field.object('cni-args'),
    defaultRoute: readGateways(element),
  })
}

function readGateways(element: JsonObject): readonly string[] | undefined {
  const values = fieldsOf(element, 'NetworkSelectionElement').strings('default-route')
  for (const value of values ?? []) parseIp(value)
  return getCaseInsensitive(element, 'default-route') === null ? undefined : values
}

// ANN-12: the order of the checks; the first error wins.
function checkValues(selection: NetworkSelection): NetworkSelection {
  check('parsePodNetworkAnnotation: failed to mac', selection.mac)
  check('parsePodNetworkAnnotation: failed to validate infiniband GUID', selection.infinibandGuid)
  for (const ip of selection.ips ?? []) checkIp(ip)
  return selection
}

function check(what: string, mac: string | undefined): void {
  try {
    if (mac !== undefined) parseMac(mac)
  } catch (error) {
    throw new PlaitError('multus/annotation-invalid', `${what}: ${describeError(error)}`)
  }
}

function checkIp(text: string): void {
  if (!text.includes('/')) {
    if (tryParseIp(text) !== undefined) return
    throw new PlaitError('multus/annotation-invalid', `failed to parse IP address ${goQuote(text)}`)
  }
  try {
    parseCidr(text)
  } catch (error) {
    throw new PlaitError(
      'multus/annotation-invalid',
      `failed to parse CIDR ${goQuote(text)}: ${describeError(error)}`,
    )
  }
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined }

function dropAbsent(
  selection: Loose<NetworkSelection> & Pick<NetworkSelection, 'name' | 'namespace'>,
): NetworkSelection {
  const { name, namespace, ...request } = selection
  return { name, namespace, ...withoutUndefined(request) }
}

function withoutUndefined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {}
  Object.assign(kept, Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)))
  return kept
}
