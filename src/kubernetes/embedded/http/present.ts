// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { badRequest } from '../status/refusals.ts'
import { apiVersionText } from '../resources/served-resource.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { createTable, toPartialMetadata } from '../tables/table.ts'
import type { IncludeObject } from '../tables/table.ts'
import type { ListOutcome } from '../verbs/list.ts'
import type { Representation } from './accept.ts'

/** How objects are shown. */
export interface Presentation {
  readonly representation: Representation
  readonly include: IncludeObject
  readonly now: () => Date
}

/** One object, in the form in which it is stored, as the client wants it. */
export function presentObject(
  resource: ServedResource,
  stored: JsonObject,
  presentation: Presentation,
): JsonObject {
  const { representation, include, now } = presentation
  const object = resource.fromStored(stored)
  const { version } = representation
  if (representation.as === 'metadata') return toPartialMetadata(object, version)
  return representation.as === 'table'
    ? createTable({ columns: resource.columns, objects: [object], include, version, now: now() })
    : object
}

/** A list as the client wants it. */
export function presentList(
  resource: ServedResource,
  outcome: ListOutcome,
  presentation: Presentation,
): JsonObject {
  const { representation, include, now } = presentation
  const objects = outcome.objects.map(resource.fromStored)
  const metadata: JsonObject = {
    resourceVersion: outcome.resourceVersion,
    ...(outcome.continueToken === undefined ? {} : { continue: outcome.continueToken }),
    ...(outcome.remaining === undefined ? {} : { remainingItemCount: outcome.remaining }),
  }
  const { version } = representation
  if (representation.as === 'table') {
    return createTable({ columns: resource.columns, objects, include, version, now: now(), metadata })
  }
  if (representation.as === 'metadata') {
    const items = objects.map((object) => toPartialMetadata(object, version))
    return { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${version}`, metadata, items }
  }
  return {
    kind: resource.listKind,
    apiVersion: apiVersionText(resource),
    metadata,
    items: resource.custom ? objects : objects.map(withoutKind),
  }
}

/** The items of a list of built-in kinds do not repeat their kind. */
function withoutKind({ apiVersion: _apiVersion, kind: _kind, ...rest }: JsonObject): JsonObject {
  return rest
}

/** @throws StatusError 400 */
export function parseInclude(text: string | null): IncludeObject {
  if (text === null || text === '') return 'Metadata'
  if (text === 'None' || text === 'Metadata' || text === 'Object') return text
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(text)}`)
}
