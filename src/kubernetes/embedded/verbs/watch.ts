// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import type { Cluster } from '../cluster.ts'
import { withValue } from '../json/edit.ts'
import { apiVersionText } from '../resources/served-resource.ts'
import type { ServedResource } from '../resources/served-resource.ts'
import { invalidObject, forbiddenField } from '../status/field-error.ts'
import { expired } from '../status/refusals.ts'
import { snapshotAt } from '../storage/snapshot.ts'
import type { StoreEvent } from '../storage/event-window.ts'
import { parseRevision } from './list.ts'
import { createSelection } from './selection.ts'
import type { SelectionRequest } from './selection.ts'

/** What is to be watched, from where on. */
export interface WatchRequest extends SelectionRequest {
  /** Changes after this are told; absent or `0` tells the present objects first, as added. */
  readonly resourceVersion?: string | undefined
  readonly resourceVersionMatch?: string | undefined
  /** Tells the present objects first, and a bookmark after them. */
  readonly sendInitialEvents?: boolean | undefined
  readonly allowBookmarks?: boolean | undefined
}

/** A change, or a bookmark that only moves the revision on. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'
  /** In the form in which the resource is served. */
  readonly object: JsonObject
}

/** A watch that runs. */
export interface Watch {
  /** The bookmark of this moment. */
  readonly bookmark: () => WatchEvent
  readonly close: () => void
}

/**
 * Tells the changes of the objects that fit, in order and in the same tick, until it is closed. What is there already
 * is told before the call returns.
 *
 * @throws StatusError 410 when the revision is forgotten
 */
export function watchObjects(
  cluster: Cluster,
  resource: ServedResource,
  request: WatchRequest,
  tell: (event: WatchEvent) => void,
): Watch {
  checkInitialEvents(request)
  const { store } = cluster
  const selection = createSelection(resource, request)
  const asked = parseRevision(request.resourceVersion) ?? 0
  const replays = request.sendInitialEvents ?? asked === 0
  const missed = replays ? [] : store.since(resource.collection, asked)
  if (missed === undefined) throw expired(`too old resource version: ${asked} (${store.revision})`)
  const bookmark = (annotations?: JsonObject) => bookmarkOf(resource, store.revision, annotations)
  if (replays) {
    for (const object of snapshotAt(store, resource.collection, store.revision) ?? []) {
      if (selection.fits(object)) tell({ type: 'ADDED', object: resource.fromStored(object) })
    }
    if (request.sendInitialEvents === true && request.allowBookmarks === true) {
      tell(bookmark({ 'k8s.io/initial-events-end': 'true' }))
    }
  }
  const pass = (event: StoreEvent) => {
    const seen = selectEvent(event, selection.fits)
    if (seen !== undefined) tell({ type: seen.type, object: resource.fromStored(seen.object) })
  }
  missed.forEach(pass)
  // Within a listener, the store may be ahead of what it has told: that much is known here already.
  const known = Math.max(asked, store.revision)
  const close = store.subscribe(resource.collection, (event) => {
    if (event.revision > known) pass(event)
  })
  return { bookmark: () => bookmark(), close }
}

function checkInitialEvents({ sendInitialEvents, resourceVersionMatch }: WatchRequest): void {
  const wanted = sendInitialEvents === undefined ? undefined : 'NotOlderThan'
  if (resourceVersionMatch === wanted || (wanted === undefined && resourceVersionMatch === '')) return
  const text =
    wanted === undefined
      ? 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'
      : 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'
  throw invalidObject({ group: 'meta.k8s.io', kind: 'ListOptions', name: '' }, [
    forbiddenField('resourceVersionMatch', text),
  ])
}

interface SelectedEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: JsonObject
}

/** For who selects, an object that starts to fit is added, and one that no longer fits is deleted. */
function selectEvent(event: StoreEvent, fits: (object: JsonObject) => boolean): SelectedEvent | undefined {
  const { type, object, previous, revision } = event
  const before = previous !== undefined && fits(previous)
  if (type === 'DELETED') return before ? { type, object } : undefined
  const after = fits(object)
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object }
  if (!before) return undefined
  return { type: 'DELETED', object: withValue(previous, ['metadata', 'resourceVersion'], String(revision)) }
}

function bookmarkOf(resource: ServedResource, revision: number, annotations?: JsonObject): WatchEvent {
  const metadata: JsonObject = {
    ...(annotations === undefined ? {} : { annotations }),
    creationTimestamp: null,
    resourceVersion: String(revision),
  }
  return { type: 'BOOKMARK', object: { apiVersion: apiVersionText(resource), kind: resource.kind, metadata } }
}
