// SPDX-License-Identifier: Apache-2.0

import { isErrorId } from './catalogue.ts'
import type { ErrorId } from './catalogue.ts'
import { oneLine } from './one-line.ts'
import { toError } from './to-error.ts'

// A cause chain can be circular, and an AggregateError of a hostile peer can be large.
const maxDepth = 16
const maxParts = 32

/**
 * The whole error in one line: messages of the cause chain joined by ": ", the parts of an
 * AggregateError or SuppressedError by " / ". A cause whose text already ends the message is not repeated.
 */
export function describeError(error: unknown): string {
  return describe(error, 0)
}

function describe(value: unknown, depth: number): string {
  const error = toError(value)
  const own = oneLine(error.message) || (error.cause === undefined ? error.name : '')
  if (depth >= maxDepth) return own
  const parts = partsOf(error)
  let text = parts === undefined ? own : joinDistinct(ownTextOf(error), describeParts(parts, depth))
  if (error.cause !== undefined) text = joinDistinct(text, describe(error.cause, depth + 1))
  return text
}

// What a `using` that fails throws: the failure before it, which is the one to hear of first, and its own.
function partsOf(error: unknown): readonly unknown[] | undefined {
  if (error instanceof SuppressedError) return [error.suppressed, error.error]
  return error instanceof AggregateError ? error.errors : undefined
}

// The language's own text of a SuppressedError says nothing.
function ownTextOf(error: Error): string {
  return error instanceof SuppressedError ? '' : oneLine(error.message)
}

function describeParts(all: readonly unknown[], depth: number): string {
  const parts = all.slice(0, maxParts).map((part) => describe(part, depth + 1))
  const left = all.length - parts.length
  return [...parts, ...(left > 0 ? [`${left} more`] : [])].join(' / ')
}

function joinDistinct(text: string, addition: string): string {
  if (addition === '' || text.endsWith(addition)) return text
  return text === '' ? addition : `${text}: ${addition}`
}

/** The first id met along the cause chain, then in the parts of an AggregateError; undefined when none has one. */
export function errorIdOf(error: unknown): ErrorId | undefined {
  return findId(error, 0)
}

function findId(value: unknown, depth: number): ErrorId | undefined {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return undefined
  if ('id' in value && isErrorId(value.id)) return value.id
  const inCause = 'cause' in value ? findId(value.cause, depth + 1) : undefined
  if (inCause !== undefined) return inCause
  for (const part of (partsOf(value) ?? []).slice(0, maxParts)) {
    const id = findId(part, depth + 1)
    if (id !== undefined) return id
  }
  return undefined
}
