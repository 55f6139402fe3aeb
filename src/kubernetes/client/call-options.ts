// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { Selection } from './list.ts'

/** The bounds of one call. */
export interface CallOptions {
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** One object by name, with the bounds of the call. */
export interface ObjectRef extends CallOptions {
  /** Not for cluster-scoped kinds. */
  readonly namespace?: string | undefined
  readonly name: string
}

/** The four ways to say a change: RFC 7386, RFC 6902, Kubernetes' own merge, and server-side apply. */
export type PatchType = 'merge' | 'json' | 'strategic' | 'apply'

/** How an object is created. */
export interface CreateOptions extends CallOptions {
  /** @default the user agent, which the server takes then */
  readonly fieldManager?: string | undefined
}

/** How an object is replaced. */
export interface UpdateOptions extends CreateOptions {
  /** `status`, say. */
  readonly subresource?: string | undefined
}

/** How a patch is applied; the bounds of the call stand with the name. */
export interface PatchOptions {
  readonly type: PatchType
  /** `status`, say. */
  readonly subresource?: string | undefined
  /** @default `plait` for `apply`, which must have one; else the server takes the user agent. */
  readonly fieldManager?: string | undefined
  /** For `apply`: take fields over from other managers. */
  readonly force?: boolean | undefined
}

/** How an object is removed; the bounds of the call stand with the name. */
export interface RemoveOptions {
  readonly gracePeriodSeconds?: number | undefined
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan' | undefined
  /** Remove only the object that has this UID. */
  readonly uid?: string | undefined
}

/** What is watched, from where, and when silence counts as death. */
export interface WatchOptions extends Selection {
  /** Where to start: that of a list. */
  readonly resourceVersion?: string | undefined
  /** When the server is asked to end the watch by itself. */
  readonly timeoutSeconds?: number | undefined
  /** Silence after which the connection counts as dead; servers send a bookmark each minute. @default 150000 */
  readonly idleTimeoutMs?: number | undefined
  /** Until the watch is open. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Is told when the server has accepted the watch. */
  readonly onOpen?: (() => void) | undefined
  /** Takes what cannot be parsed; without it, that ends the watch. */
  readonly onInvalid?: ((error: Error, object: JsonObject) => void) | undefined
}
