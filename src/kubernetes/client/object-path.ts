// SPDX-License-Identifier: Apache-2.0

import { apiVersionOf } from '../resources/resource.ts'
import type { ResourceKind } from '../resources/resource.ts'
import { ApiError } from './api-error.ts'

/** One object, or with an empty name all of a namespace, or of the cluster when the namespace is empty too. */
export interface ObjectAddress {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: string | undefined
}

/**
 * The path of one object.
 *
 * @throws ApiError `kubernetes/invalid` when a name would change the path: empty, `.`, `..`, or with `/` or `%` in it.
 */
export function objectPath(kind: ResourceKind, address: ObjectAddress & { readonly name: string }): string {
  const subresource = address.subresource === undefined ? '' : `/${address.subresource}`
  if (kind.namespaced) checkSegment(kind, 'namespace', address.namespace ?? '')
  checkSegment(kind, 'name', address.name)
  return `${collectionPath(kind, address.namespace)}/${encodeURIComponent(address.name)}${subresource}`
}

/** The path of all objects of a kind, in one namespace or, when that is empty or absent, in all. */
export function collectionPath(kind: ResourceKind, namespace?: string): string {
  const base = kind.group === '' ? `/api/${kind.version}` : `/apis/${apiVersionOf(kind)}`
  if (!kind.namespaced || namespace === undefined || namespace === '') return `${base}/${kind.plural}`
  checkSegment(kind, 'namespace', namespace)
  return `${base}/namespaces/${encodeURIComponent(namespace)}/${kind.plural}`
}

/** The path to create an object at; fails as {@link objectPath} does, also for a namespaced kind without namespace. */
export function creationPath(kind: ResourceKind, namespace: string): string {
  if (kind.namespaced) checkSegment(kind, 'namespace', namespace)
  return collectionPath(kind, namespace)
}

/** A path with those parameters that are not undefined. */
export function withQuery(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(parameters)) if (value !== undefined) query.set(key, `${value}`)
  return query.size === 0 ? path : `${path}?${query.toString()}`
}

/** How an object is called in messages: `pod default/web`, `pods of namespace default`, `pods`. */
export function describeObject(
  kind: ResourceKind,
  { namespace = '', name = '', subresource }: ObjectAddress,
): string {
  if (name === '') return namespace === '' ? kind.plural : `${kind.plural} of namespace ${namespace}`
  const singular = kind.plural.includes('-') ? kind.plural.replace(/s$/, '') : kind.kind.toLowerCase()
  const part = subresource === undefined ? '' : `${subresource} of `
  return `${part}${singular} ${namespace === '' ? '' : `${namespace}/`}${name}`
}

// The rule of the API server for names in paths (k8s.io/apimachinery, ValidatePathSegmentName).
function checkSegment(kind: ResourceKind, what: string, text: string): void {
  if (text !== '' && text !== '.' && text !== '..' && !/[/%]/.test(text)) return
  const detail = `invalid ${what} "${text}"`
  const message = `Cannot address a ${kind.kind}: ${detail}; it must not be empty, "." or "..", nor have "/" or "%" in it`
  throw new ApiError('kubernetes/invalid', message, { status: 0, reason: '', detail })
}
