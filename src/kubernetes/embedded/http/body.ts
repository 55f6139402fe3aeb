// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'
import { parse as parseYaml } from 'yaml'
import { describeError, isJsonObject, parseJson } from '../../../base/index.ts'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { extentOf } from '../json/extent.ts'
import { decodeProtobuf, protobufType } from '../protobuf/envelope.ts'
import { badRequest, unsupportedMediaType } from '../status/refusals.ts'
import { StatusError } from '../status/status-error.ts'

/**
 * The whole body of a request.
 *
 * @throws StatusError 413 as soon as it is larger than the limit
 */
export async function readBody(message: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = Number(message.headers['content-length'] ?? 0)
  if (announced > limitBytes) throw tooLarge(limitBytes)
  const parts: Buffer[] = []
  let bytes = 0
  // The rest of a body that is too large is let through unread, so that the client sees the answer.
  for await (const part of message.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(part)) continue
    bytes += part.length
    if (bytes > limitBytes) throw tooLarge(limitBytes)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function tooLarge(limitBytes: number): StatusError {
  return new StatusError({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: `Request entity too large: limit is ${limitBytes}`,
  })
}

const objectTypes = ['application/json', 'application/yaml', protobufType]

/** The media type of a Content-Type header, without parameters. */
export function mediaType(contentType: string): string {
  return contentType.split(';')[0]?.trim().toLowerCase() ?? ''
}

/**
 * The object in a body: JSON, YAML or protobuf by its content type.
 *
 * @throws StatusError 400, 415
 */
export function parseObject(body: Buffer, contentType: string): JsonObject {
  const type = mediaType(contentType) || 'application/json'
  if (!objectTypes.includes(type)) throw unsupportedMediaType(objectTypes)
  if (type === protobufType) return decodeProtobuf(body)
  const value = type === 'application/yaml' ? parseYamlValue(body) : parseJsonValue(body)
  if (!isJsonObject(value)) throw badRequest('the object provided is unrecognized: it is not a JSON object')
  return value
}

/** @throws StatusError 400 */
export function parseJsonValue(body: Buffer): JsonValue {
  try {
    return shallow(parseJson(body))
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized: couldn't get version/kind; json parse error: ${describeError(error)}`,
    )
  }
}

/** A value from YAML, of which JSON is a part. @throws StatusError 400 */
export function parseYamlValue(body: Buffer): JsonValue {
  try {
    return shallow(toJson(parseYaml(body.toString(), { maxAliasCount: 0, schema: 'core' })))
  } catch (error) {
    throw badRequest(`error decoding YAML: ${describeError(error)}`)
  }
}

const maxDepth = 1000

/** What is nested too deep could be stored, and then not be written out any more. */
function shallow(value: JsonValue): JsonValue {
  if (extentOf(value, { depth: maxDepth, count: Infinity }).depth > maxDepth) {
    throw new RangeError(`exceeded max depth of ${maxDepth}`)
  }
  return value
}

/** YAML can hold what JSON cannot, such as NaN; a round trip leaves only JSON. */
function toJson(value: unknown): JsonValue {
  return parseJson(JSON.stringify(value ?? null))
}
