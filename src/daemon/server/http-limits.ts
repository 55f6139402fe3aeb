// SPDX-License-Identifier: Apache-2.0

/** How much the server holds at once, and how long each connection may take. */
export interface HttpLimits {
  /** Connections at the same time; more are closed at once, and a shim then tries again. */
  readonly connections: number
  /** Bytes of all requests that are being read, wait or run. */
  readonly bytes: number
  /** Bytes of all results of programs that have come in part. */
  readonly resultBytes: number
  /** For the head of an HTTP request. */
  readonly headMs: number
  /** For a whole request: an HTTP body or a REQUEST frame. */
  readonly requestMs: number
  /** For a shim to read its answer. */
  readonly closeMs: number
  /** How long a shim whose own call is done stays for others that run programs through it; half of it for STATUS. */
  readonly lendMs: number
  /** From its REQUEST on, for how long it stays so at most; less than it waits for its REPLY. */
  readonly stayMs: number
}
