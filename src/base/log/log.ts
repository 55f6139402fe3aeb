// SPDX-License-Identifier: Apache-2.0

/**
 * Where a room writes what happened. Fields first, as data; the message is a constant text, so that
 * equal events can be counted. An error goes into the field `error`.
 */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** The same log with fields that every line of it carries; text of others in them is bounded by who adds it. */
  child(fields: object): Log
}

const ignore = (): void => undefined

/** A log that drops everything: for tests and for callers that have none. */
export const silentLog: Log = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLog,
}
