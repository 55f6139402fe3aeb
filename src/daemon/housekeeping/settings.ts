// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { invalid, KeyReader } from '../config/key-reader.ts'

const usualSeconds = 300

/**
 * Milliseconds between two rounds of cleaning, from `housekeepingIntervalSeconds` of the daemon's file; 0 when nothing
 * is to be cleaned.
 *
 * @throws PlaitError `daemon/config-invalid`.
 */
export function readHousekeepingInterval(root: JsonObject, path: string): number {
  const seconds = new KeyReader(root, path).integer('housekeepingIntervalSeconds') ?? usualSeconds
  if (seconds === 0 || (seconds >= 10 && seconds <= 86_400)) return seconds * 1000
  throw invalid(path, `housekeepingIntervalSeconds is ${seconds}, and must be 0, or from 10 to 86400`)
}
