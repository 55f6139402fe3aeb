// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, parseJson } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { numberField, stringField } from '../../resources/fields.ts'
import type { Cluster } from '../cluster.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { badRequest, expired } from '../status/refusals.ts'
import { StatusError } from '../status/status-error.ts'
import { snapshotAt } from '../storage/snapshot.ts'
import { keyOf } from '../storage/store.ts'
import { createSelection } from './selection.ts'
import type { SelectionRequest } from './selection.ts'

/** What is to be listed. */
export interface ListRequest extends SelectionRequest {
  readonly resourceVersion?: string | undefined
  readonly resourceVersionMatch?: string | undefined
  /** Objects per page; 0 or absent is all. */
  readonly limit?: number | undefined
  /** Where the page before ended. */
  readonly continueToken?: string | undefined
}

/** A page of a list. */
export interface ListOutcome {
  /** In the stored form. */
  readonly objects: readonly JsonObject[]
  /** Revision of which the list is. */
  readonly resourceVersion: string
  readonly continueToken?: string
  readonly remaining?: number
}

/**
 * The objects that fit, as of one revision over all pages.
 *
 * @throws StatusError 400, 410 when the revision is forgotten, 504 when it is yet to come
 */
export function listObjects(cluster: Cluster, resource: ServedResource, request: ListRequest): ListOutcome {
  const page = request.continueToken === undefined ? undefined : parseToken(request.continueToken)
  const revision = page?.revision ?? revisionOf(cluster, request)
  const snapshot = snapshotAt(cluster.store, resource.collection, revision)
  if (snapshot === undefined) throw tooOld(page !== undefined)
  const selection = createSelection(resource, request)
  const fitting = snapshot.filter(
    (object) => selection.fits(object) && (page === undefined || keyOf(object) > page.after),
  )
  const limit = request.limit ?? 0
  const resourceVersion = String(revision)
  if (limit <= 0 || fitting.length <= limit) return { objects: fitting, resourceVersion }
  const objects = fitting.slice(0, limit)
  const last = objects.at(-1)
  const token = { v: 'meta.k8s.io/v1', rv: revision, start: last === undefined ? '' : keyOf(last) }
  return {
    objects,
    resourceVersion,
    continueToken: Buffer.from(JSON.stringify(token)).toString('base64url'),
    remaining: fitting.length - limit,
  }
}

function revisionOf({ store }: Cluster, { resourceVersion, resourceVersionMatch }: ListRequest): number {
  const asked = parseRevision(resourceVersion)
  if (asked === undefined) return store.revision
  if (asked > store.revision) throw tooLarge(asked, store.revision)
  return resourceVersionMatch === 'Exact' && asked > 0 ? asked : store.revision
}

/**
 * A resource version as a number; undefined when none is given.
 *
 * @throws StatusError 400
 */
export function parseRevision(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,15}$/.test(text))
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  return Number(text)
}

function parseToken(text: string): { readonly revision: number; readonly after: string } {
  const token = decodeToken(text)
  const revision = isJsonObject(token) ? numberField(token, 'rv') : undefined
  const after = isJsonObject(token) ? stringField(token, 'start') : undefined
  if (revision === undefined || after === undefined) {
    throw badRequest('continue key is not valid: unable to decode the token')
  }
  return { revision, after }
}

function decodeToken(text: string): unknown {
  try {
    return parseJson(Buffer.from(text, 'base64url'))
  } catch {
    // The caller says in the API's words that the token is not one.
    return undefined
  }
}

function tooOld(isPage: boolean): StatusError {
  return expired(
    isPage
      ? 'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.'
      : 'The resourceVersion for the provided list is too old.',
  )
}

function tooLarge(asked: number, current: number): StatusError {
  return new StatusError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  })
}
