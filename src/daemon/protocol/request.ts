// SPDX-License-Identifier: Apache-2.0

import { encodeField, encodeNumber, FieldReader } from './fields.ts'
import { protocolLimits } from './limits.ts'
import { ProtocolError } from './protocol-error.ts'

/** One call of a runtime, as the shim passes it on: the payload of a REQUEST frame. */
export interface ShimRequest {
  /** The name that the shim was started under, such as `multus-shim` or `macvlan`. */
  readonly program: string
  /** The CNI_* variables, and those of a trace. */
  readonly environment: Readonly<Record<string, string>>
  readonly stdin: Buffer
}

/** The payload of a REQUEST frame. */
export function encodeShimRequest({ program, environment, stdin }: ShimRequest): Buffer {
  const variables = Object.entries(environment).map(([name, value]) => encodeField(`${name}=${value}`))
  return Buffer.concat([
    encodeField(program),
    encodeNumber(variables.length),
    ...variables,
    encodeField(stdin),
  ])
}

/**
 * What a REQUEST frame says. Of a variable that is given twice the first value counts, as for getenv(3).
 *
 * @throws ProtocolError
 */
export function decodeShimRequest(payload: Buffer): ShimRequest {
  const reader = new FieldReader(payload, 'a REQUEST frame')
  const program = reader.text()
  const environment = readEnvironment(reader)
  const stdin = reader.bytes()
  reader.end()
  if (stdin.length > protocolLimits.stdinBytes) {
    throw new ProtocolError(
      `Cannot read a REQUEST frame: its network configuration has ${stdin.length} bytes, at most ${protocolLimits.stdinBytes} are allowed`,
    )
  }
  return { program, environment, stdin }
}

function readEnvironment(reader: FieldReader): Record<string, string> {
  const count = reader.number()
  if (count > protocolLimits.variables) {
    throw new ProtocolError(
      `Cannot read a REQUEST frame: it has ${count} variables, at most ${protocolLimits.variables} are allowed`,
    )
  }
  const variables = new Map<string, string>()
  for (let index = 0; index < count; index++) {
    const text = reader.text()
    const split = text.indexOf('=')
    if (split < 0) throw new ProtocolError('Cannot read a REQUEST frame: a variable has no "="')
    const name = text.slice(0, split)
    if (!variables.has(name)) variables.set(name, text.slice(split + 1))
  }
  return Object.fromEntries(variables)
}
