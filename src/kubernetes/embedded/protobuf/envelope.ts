// SPDX-License-Identifier: Apache-2.0

// Typed clients, kubectl create among them, send built-in types as protobuf. They are read here; answers are JSON,
// which these clients take as well.

import { describeError } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { builtinType } from '../schema/builtin-types.ts'
import type { ObjectSchema } from '../schema/schema.ts'
import { badRequest } from '../status/refusals.ts'
import { decodeMessage } from './message.ts'
import { readFields, WireError } from './wire.ts'

/** Media type of Kubernetes protobuf. */
export const protobufType = 'application/vnd.kubernetes.protobuf'

const magic = Buffer.from('k8s\0')

/**
 * The object in a protobuf body: a magic number and an envelope that names the kind.
 *
 * @throws StatusError 400
 */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, magic.length).equals(magic)) {
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  }
  try {
    return decodeEnvelope(body.subarray(magic.length))
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw badRequest(`error decoding protobuf: ${describeError(error)}`)
  }
}

function decodeEnvelope(bytes: Uint8Array): JsonObject {
  const envelope = new Map(readFields(bytes).map((one) => [one.number, one.bytes]))
  const typeMeta = new Map(
    readFields(envelope.get(1) ?? new Uint8Array()).map((one) => [one.number, one.bytes]),
  )
  const apiVersion = Buffer.from(typeMeta.get(1) ?? []).toString()
  const kind = Buffer.from(typeMeta.get(2) ?? []).toString()
  const schema = typeFor(apiVersion, kind)
  return { ...decodeMessage(envelope.get(2) ?? new Uint8Array(), schema), apiVersion, kind }
}

function typeFor(apiVersion: string, kind: string): ObjectSchema {
  try {
    return builtinType(apiVersion === 'events.k8s.io/v1' && kind === 'Event' ? 'EventsEvent' : kind)
  } catch {
    throw badRequest(
      `no kind ${JSON.stringify(kind)} of version ${JSON.stringify(apiVersion)} is known as protobuf`,
    )
  }
}
