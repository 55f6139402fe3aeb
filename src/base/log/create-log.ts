// SPDX-License-Identifier: Apache-2.0

import { pino } from 'pino'
import { describeError, errorIdOf } from '../errors/describe.ts'
import { toError } from '../errors/to-error.ts'
import type { Log } from './log.ts'

/** The levels of a log, from most to least. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** How a log is made. */
export interface LogOptions {
  readonly level: LogLevel
  /** Takes each line with its newline; standard error when absent. */
  readonly destination?: { write(line: string): void }
}

/**
 * A log of JSON lines. Text from outside cannot forge a line or reach a terminal raw, because JSON
 * escapes its control characters. The field `error` is written as its one-line text, its catalogue
 * id and its stack; the middle of any text that is longer than 4096 characters is left out, and of bytes only their
 * number is told.
 */
export function createLog({ level, destination }: LogOptions): Log {
  const settings: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: bounded },
    serializers: { error: serializeError },
  }
  // Synchronous: the last lines before a crash are the ones that are needed.
  return pino(settings, destination ?? pino.destination({ fd: 2, sync: true }))
}

// A pod that asks for nonsense is tried again for hours, and its annotations are quoted in each error.
const longestText = 4096

// Called for each line, so it makes nothing new unless it has to.
function bounded(fields: Record<string, unknown>): Record<string, unknown> {
  let changed: Record<string, unknown> | undefined
  for (const key in fields) {
    const value = fields[key]
    const shorter = boundedValue(value)
    if (shorter === value) continue
    changed ??= { ...fields }
    changed[key] = shorter
  }
  return changed ?? fields
}

function boundedValue(value: unknown): unknown {
  if (typeof value === 'string') return shorten(value)
  return value instanceof Uint8Array ? `${value.length} bytes` : value
}

function serializeError(value: unknown): object {
  // Of a text the stack would be this function's own.
  if (typeof value === 'string') return { text: shorten(value) }
  const error = toError(value)
  const { stack = '' } = error
  return { id: errorIdOf(error), text: shorten(describeError(error)), stack: shorten(stack) }
}

// The start says what was attempted, the end why it failed, or where.
function shorten(text: string): string {
  return text.length <= longestText
    ? text
    : `${text.slice(0, longestText / 2)} … ${text.slice(-longestText / 2)}`
}
