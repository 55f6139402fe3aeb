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

/** What is done about pods that run without the networks that they ask for, because they were started without us. */
export type MissingNetworksPolicy = 'report' | 'evict'

/**
 * What `missingNetworks` of the daemon's file asks for; `report` without a word.
 *
 * @throws PlaitError `daemon/config-invalid`.
 */
export function readMissingNetworks(root: JsonObject, path: string): MissingNetworksPolicy {
  const policy = new KeyReader(root, path).text('missingNetworks') || 'report'
  if (policy === 'report' || policy === 'evict') return policy
  throw invalid(path, `missingNetworks is "${policy}", and must be "report" or "evict"`)
}
