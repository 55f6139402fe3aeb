// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { textOf } from '../json/edit.ts'
import { apiVersionText } from '../resources/served-resource.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { DecodeError } from '../schema/decode.ts'
import type { Decoded } from '../schema/decode.ts'
import { badRequest } from '../status/refusals.ts'
import type { WriteOptions } from './write-options.ts'

/**
 * An object from a request, with the fields of its type only, in the stored form.
 *
 * @throws StatusError 400 when it is of another kind, does not fit its type, or has unknown fields and may not
 */
export function decodeBody(
  resource: ServedResource,
  body: JsonObject,
  { fieldValidation, warn }: Pick<WriteOptions, 'fieldValidation' | 'warn'>,
): JsonObject {
  checkKind(resource, body)
  const { object, unknown } = decodeOrRefuse(resource, body)
  const problems = unknown.map((path) => `unknown field ${JSON.stringify(path)}`)
  if (problems.length > 0 && fieldValidation === 'Strict') {
    throw badRequest(`${cannotBeHandled(resource)}: strict decoding error: ${problems.join(', ')}`)
  }
  if (fieldValidation === 'Warn') problems.forEach(warn)
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object
  return resource.toStored({ apiVersion: apiVersionText(resource), kind: resource.kind, ...rest })
}

function checkKind(resource: ServedResource, body: JsonObject): void {
  const apiVersion = apiVersionText(resource)
  const given = body['apiVersion']
  if (given !== undefined && given !== '' && given !== apiVersion) {
    throw badRequest(
      `the API version in the data (${textOf(given)}) does not match the expected API version (${apiVersion})`,
    )
  }
  const kind = body['kind']
  if (kind !== undefined && kind !== '' && kind !== resource.kind) {
    throw badRequest(
      `the kind in the data (${textOf(kind)}) does not match the expected kind (${resource.kind})`,
    )
  }
}

function decodeOrRefuse(resource: ServedResource, body: JsonObject): Decoded {
  try {
    return resource.decode(body)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    throw badRequest(`${cannotBeHandled(resource)}: ${error.message}`)
  }
}

function cannotBeHandled({ kind, version }: ServedResource): string {
  return `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}`
}
