// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, parseMac, tryParseCidr, tryParseIp } from '../../base/index.ts'
import type { JsonValue } from '../../base/index.ts'
import { goQuote } from '../../cni/index.ts'
import type { AttachmentAttributes } from '../requests/cni-call.ts'
import { cannotUnmarshal } from './go-decode.ts'

/**
 * What `interfaceAttributes` of a `POST /delegate` asks for. Addresses are looked at here, because they become part of
 * `CNI_ARGS`, where a semicolon would begin another argument.
 *
 * @throws Error whose message is the text of the answer.
 */
export function readInterfaceAttributes(value: JsonValue | undefined): AttachmentAttributes | undefined {
  if (value === undefined || value === null) return undefined
  if (!isJsonObject(value)) {
    throw cannotUnmarshal(value, 'Request.interfaceAttributes', 'api.DelegateInterfaceAttributes')
  }
  const { ips, mac } = value
  const cniArgs = value['cni-args'] ?? undefined
  if (cniArgs !== undefined && !isJsonObject(cniArgs)) {
    throw cannotUnmarshal(cniArgs, 'Request.interfaceAttributes.cni-args', 'map[string]interface {}')
  }
  return { ...readIps(ips ?? []), ...readMac(mac ?? ''), ...(cniArgs && { cniArgs }) }
}

function readIps(value: JsonValue): Pick<AttachmentAttributes, 'ips'> {
  const field = 'Request.interfaceAttributes.ips'
  if (!Array.isArray(value)) throw cannotUnmarshal(value, field, '[]string')
  const ips = value.map((ip: JsonValue) => {
    if (typeof ip !== 'string') throw cannotUnmarshal(ip, field, 'string')
    const isAddress = tryParseIp(ip) !== undefined || tryParseCidr(ip) !== undefined
    if (!isAddress) throw new Error(`failed to parse IP address ${goQuote(ip)}`)
    return ip
  })
  return ips.length === 0 ? {} : { ips }
}

function readMac(value: JsonValue): Pick<AttachmentAttributes, 'mac'> {
  if (typeof value !== 'string') {
    throw cannotUnmarshal(value, 'Request.interfaceAttributes.mac', 'string')
  }
  if (value === '') return {}
  parseMac(value)
  return { mac: value }
}
