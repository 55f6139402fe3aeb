// SPDX-License-Identifier: Apache-2.0

import type { IncomingMessage } from 'node:http'
import type { Duplex, Readable, Writable } from 'node:stream'
import type { JsonObject } from '../../base/index.ts'

/** A request for the log of a container. */
export interface PodLogRequest {
  readonly namespace: string
  readonly name: string
  /** The pod as it is stored. */
  readonly pod: JsonObject
  /** A container of the pod. */
  readonly container: string
  /** Goes on until the container ends or the client leaves. */
  readonly follow: boolean
  /** The container before the last restart. */
  readonly previous: boolean
  readonly timestamps: boolean
  /** Lines from the end; all when absent. */
  readonly tailLines?: number | undefined
  /** Lines of the last seconds only. */
  readonly sinceSeconds?: number | undefined
  readonly limitBytes?: number | undefined
  /** Ends when the client is gone. */
  readonly signal: AbortSignal
}

/** A request to run a command in a container, or to be connected with it. */
export interface PodStreamRequest {
  readonly namespace: string
  readonly name: string
  /** The pod as it is stored. */
  readonly pod: JsonObject
  readonly subresource: 'attach' | 'exec' | 'portforward'
  readonly query: URLSearchParams
}

/** Size of a terminal in characters. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A command that is to be run in a container. */
export interface PodExecRequest {
  readonly namespace: string
  readonly name: string
  /** The pod as it is stored. */
  readonly pod: JsonObject
  /** A container of the pod. */
  readonly container: string
  /** Program and arguments; none for `kubectl attach`, which joins what runs already. */
  readonly command: readonly string[]
  readonly tty: boolean
  /** What the user types; undefined when nothing is passed on. */
  readonly stdin: Readable | undefined
  readonly stdout: Writable
  readonly stderr: Writable
  /** Is told the size of the user's terminal, at first and at each change. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void
  /** Ends when the client is gone. */
  readonly signal: AbortSignal
}

/** What an API server leaves to the nodes. Without a hook, the request is refused with a Status that says so. */
export interface EmbeddedHooks {
  /** The log of a container, part by part. */
  readonly logs?: (request: PodLogRequest) => AsyncIterable<string | Uint8Array>
  /** Runs a command in a container and gives its exit code; for clients that use WebSockets, as kubectl does from 1.31. */
  readonly exec?: (request: PodExecRequest) => Promise<number>
  /** Takes over the connection of `kubectl exec`, `attach` or `port-forward`: SPDY or WebSocket, as the client asks. It goes before `exec`. */
  readonly stream?: (
    request: PodStreamRequest,
    message: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) => void
}
