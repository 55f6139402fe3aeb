// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject, RotationLimits } from '../../base/index.ts'
import { invalid, KeyReader, nameOf } from './key-reader.ts'

const megabyte = 1024 * 1024

/**
 * How the log file is kept: `logOptions` of the daemon's file, with upstream's defaults for members that are missing.
 *
 * @throws PlaitError `daemon/config-invalid`
 */
export function readLogOptions(root: JsonObject, path: string): RotationLimits {
  const options = getCaseInsensitive(root, 'logOptions') ?? {}
  if (!isJsonObject(options)) throw invalid(path, `logOptions is ${nameOf(options)}, and must be an object`)
  const keys = new KeyReader(options, path)
  const number = (key: string, usual: number): number => {
    const value = keys.integer(key) ?? usual
    if (value >= 0) return value
    throw invalid(path, `${key} is ${value}, and must not be negative`)
  }
  return {
    // 0 is upstream's word for its default.
    maxBytes: (number('maxSize', 0) || 100) * megabyte,
    maxBackups: number('maxBackups', 5),
    maxAgeDays: number('maxAge', 5),
    compress: keys.boolean('compress') ?? true,
  }
}
