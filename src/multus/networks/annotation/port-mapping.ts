// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { fieldsOf, kindOf, mismatch } from '../../decode.ts'
import type { Bandwidth, PortMapping } from './selection.ts'

/**
 * Port mappings from JSON, of an annotation or of the runtime; only the types are looked at (ANN-14).
 *
 * @throws PlaitError `config/json-invalid` with Go's text.
 */
export function readPortMappings(values: readonly JsonValue[]): readonly PortMapping[] {
  return values.map((value) => {
    if (!isJsonObject(value)) throw mismatch(kindOf(value), 'value', 'types.PortMapEntry')
    const field = fieldsOf(value, 'PortMapEntry')
    const protocol = field.string('protocol')
    const hostIP = field.string('hostIP')
    return {
      hostPort: field.integer('hostPort') ?? 0,
      containerPort: field.integer('containerPort') ?? 0,
      ...(protocol && { protocol }),
      ...(hostIP && { hostIP }),
    }
  })
}

/**
 * Bandwidth limits from JSON; what is not given is 0, and 0 is passed on (RC-6).
 *
 * @throws PlaitError `config/json-invalid` with Go's text.
 */
export function readBandwidth(object: JsonObject): Bandwidth {
  const field = fieldsOf(object, 'BandwidthEntry')
  return {
    ingressRate: field.integer('ingressRate') ?? 0,
    ingressBurst: field.integer('ingressBurst') ?? 0,
    egressRate: field.integer('egressRate') ?? 0,
    egressBurst: field.integer('egressBurst') ?? 0,
  }
}
