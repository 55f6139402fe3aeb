// SPDX-License-Identifier: Apache-2.0

import { errorIdOf, toError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { objectField, objectsField, stringField } from '../resources/fields.ts'
import type { KubernetesObject } from '../resources/object-meta.ts'
import type { Resource, ResourceKind } from '../resources/resource.ts'
import { ApiError } from './api-error.ts'
import { collectionPath, withQuery } from './object-path.ts'

/** Which objects a list or a watch is about. */
export interface Selection {
  /** All namespaces when absent or empty. */
  readonly namespace?: string | undefined
  /** Such as `spec.nodeName=n1`. */
  readonly fieldSelector?: string | undefined
  /** Such as `app=web,tier!=test`. */
  readonly labelSelector?: string | undefined
}

/** How a list is read. */
export interface ListOptions extends Selection {
  /**
   * `0` is whatever the server has in its cache, which is cheap; a version is that or newer; absent is the newest,
   * from its store.
   */
  readonly resourceVersion?: string | undefined
  /** Objects a page. @default 500 */
  readonly pageSize?: number | undefined
  /** For each page. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Takes what cannot be parsed; without it, that fails the list. */
  readonly onInvalid?: ((error: Error, object: JsonObject) => void) | undefined
}

/** Objects, and the version of the whole from which a watch goes on. */
export interface ObjectList<T> {
  readonly items: readonly T[]
  readonly resourceVersion: string
}

/** Gets one page from a path. */
export type GetPage = (path: string) => Promise<JsonObject>

const defaultPageSize = 500

/**
 * All objects of a selection, page by page.
 *
 * When the server forgets the snapshot between two pages, the list is read again in one piece; when a list from its
 * cache, which comes in one piece, is larger than the bound, it is read from its store, which comes in pages.
 */
export async function readList<T extends KubernetesObject>(
  resource: Resource<T>,
  options: ListOptions,
  getPage: GetPage,
): Promise<ObjectList<T>> {
  try {
    return await readPages(resource, options, getPage)
  } catch (error) {
    const again = wayAround(error, options)
    if (again === undefined) throw error
    return readPages(resource, again, getPage)
  }
}

function wayAround(error: unknown, options: ListOptions): ListOptions | undefined {
  if (error instanceof ExpiredPageError) return { ...options, pageSize: 0 }
  const fromCache = options.resourceVersion !== undefined
  return fromCache && errorIdOf(error) === 'kubernetes/bad-response'
    ? { ...options, resourceVersion: undefined }
    : undefined
}

class ExpiredPageError extends Error {
  override readonly name = 'ExpiredPageError'
}

async function readPages<T extends KubernetesObject>(
  resource: Resource<T>,
  options: ListOptions,
  getPage: GetPage,
): Promise<ObjectList<T>> {
  const items: T[] = []
  let next: string | undefined
  for (;;) {
    const page = await getNextPage(pagePath(resource, options, next), {
      getPage,
      isFirst: next === undefined,
    })
    for (const object of objectsField(page, 'items')) keep(object, { resource, options, items })
    const { continue: token, resourceVersion } = pageMeta(page)
    if (token === '') return { items, resourceVersion }
    if (token === next) throw endless(resource)
    next = token
  }
}

function endless({ plural }: ResourceKind): ApiError {
  const detail = 'the server names each page as the one after itself'
  const message = `Cannot list ${plural}: ${detail}; look at what stands before the API server`
  return new ApiError('kubernetes/bad-response', message, { status: 0, reason: '', detail })
}

async function getNextPage(path: string, page: { getPage: GetPage; isFirst: boolean }): Promise<JsonObject> {
  try {
    return await page.getPage(path)
  } catch (error) {
    const expired = error instanceof ApiError && error.id === 'kubernetes/expired'
    throw expired && !page.isFirst ? new ExpiredPageError(error.message, { cause: error }) : error
  }
}

function pagePath(
  resource: ResourceKind,
  { namespace, fieldSelector, labelSelector, resourceVersion, pageSize = defaultPageSize }: ListOptions,
  next: string | undefined,
): string {
  return withQuery(collectionPath(resource, namespace), {
    fieldSelector,
    labelSelector,
    limit: pageSize > 0 ? pageSize : undefined,
    continue: next,
    // A page after the first is of the snapshot that its token names; the server refuses a version beside it.
    resourceVersion: next === undefined ? resourceVersion : undefined,
  })
}

function pageMeta(page: JsonObject): { continue: string; resourceVersion: string } {
  const metadata = objectField(page, 'metadata')
  return {
    continue: stringField(metadata, 'continue') ?? '',
    resourceVersion: stringField(metadata, 'resourceVersion') ?? '',
  }
}

interface Collected<T extends KubernetesObject> {
  readonly resource: Resource<T>
  readonly options: ListOptions
  readonly items: T[]
}

function keep<T extends KubernetesObject>(
  object: JsonObject,
  { resource, options, items }: Collected<T>,
): void {
  try {
    items.push(resource.parse(object))
  } catch (error) {
    if (options.onInvalid === undefined) throw error
    options.onInvalid(toError(error), object)
  }
}
