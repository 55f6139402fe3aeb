// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { readBandwidth, readPortMappings } from '../networks/annotation/port-mapping.ts'
import { fieldsOf } from '../decode.ts'
import type { RuntimeConfig } from '../delegate/runtime-config.ts'

const knownMembers: ReadonlySet<string> = new Set(
  ['portMappings', 'bandwidth', 'ips', 'mac', 'infinibandGUID', 'deviceID', 'CNIDeviceInfoFile'].map((key) =>
    key.toLowerCase(),
  ),
)

/**
 * What the runtime put into `runtimeConfig`. Members that Multus does not know are kept for the default
 * network; upstream drops them (BUG-18).
 *
 * @throws PlaitError `config/json-invalid` with Go's text for a wrong type.
 */
export function readRuntimeConfig(object: JsonObject): RuntimeConfig {
  const field = fieldsOf(object, 'RuntimeConfig')
  const [portMappings, bandwidth, ips] = [
    field.list('portMappings'),
    field.object('bandwidth'),
    field.strings('ips'),
  ]
  const [mac, infinibandGUID] = [field.string('mac'), field.string('infinibandGUID')]
  const [deviceID, CNIDeviceInfoFile] = [field.string('deviceID'), field.string('CNIDeviceInfoFile')]
  return {
    ...(portMappings && { portMappings: readPortMappings(portMappings) }),
    ...(bandwidth && { bandwidth: readBandwidth(bandwidth) }),
    ...(ips && { ips }),
    ...(mac && { mac }),
    ...(infinibandGUID && { infinibandGUID }),
    ...(deviceID && { deviceID }),
    ...(CNIDeviceInfoFile && { CNIDeviceInfoFile }),
    others: Object.fromEntries(
      Object.entries(object).filter(([key, value]) => !knownMembers.has(key.toLowerCase()) && value !== null),
    ),
  }
}
