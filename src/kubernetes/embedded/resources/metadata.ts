// SPDX-License-Identifier: Apache-2.0

import { randomInt, randomUUID } from 'node:crypto'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { numberField, objectField, stringField } from '../../resources/fields.ts'
import { isJsonList, withValue } from '../json/edit.ts'
import { badRequest, conflict } from '../status/refusals.ts'
import type { NamedResource } from '../status/refusals.ts'
import { StatusError } from '../status/status-error.ts'

/** Name of an object; empty when it has none. */
export function nameOf(object: JsonObject): string {
  return stringField(objectField(object, 'metadata'), 'name') ?? ''
}

/** Namespace of an object; empty when it is cluster-scoped. */
export function namespaceOf(object: JsonObject): string {
  return stringField(objectField(object, 'metadata'), 'namespace') ?? ''
}

/** Whether an object was deleted and only waits for its finalizers or its grace period. */
export function isTerminating(object: JsonObject): boolean {
  return objectField(object, 'metadata')['deletionTimestamp'] !== undefined
}

/** A time as the API writes it: whole seconds, UTC. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}

/** What the URL and the clock say about a new object. */
export interface CreationFacts {
  readonly namespaced: boolean
  /** From the URL. */
  readonly namespace: string
  /** From the URL, when the object is created by a write to its own path. */
  readonly name?: string | undefined
  readonly now: Date
}

/**
 * A new object with the metadata that the server gives it: name from `generateName`, namespace, uid, creation time.
 * What only the server may set is dropped.
 *
 * @throws StatusError 400 when the object contradicts the URL
 */
export function withNewMetadata(object: JsonObject, facts: CreationFacts): JsonObject {
  const given = objectField(object, 'metadata')
  if ((stringField(given, 'resourceVersion') ?? '') !== '') {
    throw new StatusError({
      code: 500,
      reason: '',
      message: 'resourceVersion should not be set on objects to be created',
    })
  }
  checkAgainstUrl(given, facts)
  const metadata: Record<string, JsonValue> = {}
  for (const key of clientKeys) {
    const value = given[key]
    if (value !== undefined && !isEmpty(value)) metadata[key] = value
  }
  metadata['name'] = newName(given) || (facts.name ?? '')
  if (facts.namespaced) metadata['namespace'] = facts.namespace
  metadata['uid'] = randomUUID()
  metadata['creationTimestamp'] = formatTime(facts.now)
  return { ...object, metadata }
}

// Order is that of the real server's output, which people are used to read.
const clientKeys = ['annotations', 'finalizers', 'generateName', 'labels', 'name', 'ownerReferences']

function isEmpty(value: JsonValue): boolean {
  if (isJsonList(value)) return value.length === 0
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
}

function newName(metadata: JsonObject): string {
  const name = stringField(metadata, 'name') ?? ''
  const base = stringField(metadata, 'generateName') ?? ''
  return name !== '' || base === '' ? name : generateName(base)
}

// Neither vowels nor digits that look like letters, so that no word comes out.
const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

function generateName(base: string): string {
  const suffix = Array.from({ length: 5 }, () => nameAlphabet[randomInt(nameAlphabet.length)]).join('')
  return base.slice(0, 58) + suffix
}

/** @throws StatusError 400 */
export function checkAgainstUrl(metadata: JsonObject, facts: Omit<CreationFacts, 'now'>): void {
  const name = stringField(metadata, 'name') ?? ''
  if (facts.name !== undefined && name !== '' && name !== facts.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${facts.name})`)
  }
  const namespace = stringField(metadata, 'namespace') ?? ''
  if (namespace !== '' && namespace !== facts.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
}

/**
 * A changed object with the metadata that only the server sets taken from the stored one.
 *
 * @throws StatusError 409 when the change was meant for another object of the same name
 */
export function withCarriedMetadata(
  object: JsonObject,
  old: JsonObject,
  resource: NamedResource,
): JsonObject {
  const given = objectField(object, 'metadata')
  const before = objectField(old, 'metadata')
  const uid = stringField(given, 'uid') ?? ''
  if (uid !== '' && uid !== before['uid']) {
    const problem = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${stringField(before, 'uid') ?? ''}`
    throw conflict(resource, nameOf(old), problem)
  }
  const metadata: Record<string, JsonValue> = {}
  for (const key of changeableKeys) {
    const value = given[key]
    if (value !== undefined && !isEmpty(value)) metadata[key] = value
  }
  for (const key of carriedKeys) {
    const value = before[key]
    if (value !== undefined) metadata[key] = value
  }
  return { ...object, metadata }
}

const changeableKeys = ['annotations', 'finalizers', 'labels', 'ownerReferences']
const carriedKeys = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generateName',
  'generation',
  'name',
  'namespace',
  'resourceVersion',
  'uid',
]

/** A copy whose generation is one higher, when it counts generations. */
export function withNextGeneration(object: JsonObject): JsonObject {
  const generation = numberField(objectField(object, 'metadata'), 'generation') ?? 0
  return withValue(object, ['metadata', 'generation'], generation + 1)
}
