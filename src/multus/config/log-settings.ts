// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { fieldsOf } from '../decode.ts'

/** How a configuration wants to be logged; the daemon decides what it makes of it (CFG-8). */
export interface LogSettings {
  readonly file: string
  /** As written: `debug`, `verbose`, `error`, `panic`, or anything else. */
  readonly level: string
  readonly toStderr: boolean
  readonly maxAgeDays: number
  readonly maxSizeMegabytes: number
  readonly maxBackups: number
  readonly compress: boolean
}

/**
 * The keys `logFile`, `logLevel`, `logToStderr` and `logOptions`; missing members get upstream's defaults.
 *
 * @throws PlaitError `config/json-invalid` with Go's text for a wrong type.
 */
export function readLogSettings(config: JsonObject): LogSettings {
  const field = fieldsOf(config, 'NetConf')
  const options = fieldsOf(field.object('logOptions') ?? {}, 'LogOptions')
  return {
    file: field.string('logFile') ?? '',
    level: field.string('logLevel') ?? '',
    toStderr: field.boolean('logToStderr') ?? true,
    maxAgeDays: options.integer('maxAge') ?? 5,
    maxSizeMegabytes: options.integer('maxSize') ?? 100,
    maxBackups: options.integer('maxBackups') ?? 5,
    compress: options.boolean('compress') ?? true,
  }
}
