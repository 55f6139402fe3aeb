// SPDX-License-Identifier: Apache-2.0

import { randomUUID } from 'node:crypto'

/** Where something stands in a trace, as W3C Trace Context has it: lower-case hexadecimal numbers. */
export interface TraceContext {
  /** 32 digits, the same for all that belongs together. */
  readonly traceId: string
  /** 16 digits, one for each step. */
  readonly spanId: string
  /** Two digits; the last bit says that somebody records the trace. */
  readonly flags: string
}

const pattern = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/

/** The context in a TRACEPARENT variable; undefined when there is none that can be used. */
export function parseTraceParent(text: string | undefined): TraceContext | undefined {
  const [whole, version, traceId, spanId, flags] = pattern.exec(text ?? '') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  // Only later versions may have more fields.
  if (version === '00' && whole !== text) return undefined
  return { traceId, spanId, flags }
}

/** The text of a TRACEPARENT variable. */
export function formatTraceParent({ traceId, spanId, flags }: TraceContext): string {
  return `00-${traceId}-${spanId}-${flags}`
}

/** A step of its own: below another, or the first one of a trace that nobody records. */
export function nextSpan(parent?: TraceContext): TraceContext {
  const spanId = randomDigits().slice(-16)
  return parent ? { ...parent, spanId } : { traceId: randomDigits(), spanId, flags: '00' }
}

// Node has the bytes of a hundred UUIDs ready; others are asked of the kernel each time.
function randomDigits(): string {
  return randomUUID().replaceAll('-', '')
}
