// SPDX-License-Identifier: Apache-2.0

import { readdirSync } from 'node:fs'
import { version } from '../../base/index.ts'
import type { AsideReason } from '../spool/spool-directory.ts'
import { metricDefinitions } from './definitions.ts'
import { Gauge } from './instruments.ts'
import type { Instrument } from './instruments.ts'

/** How much runs and how much waits. */
export interface Load {
  readonly running: number
  readonly waiting: number
}

/** What is looked up at each scrape. */
export interface GaugeSources {
  readonly requests: () => Load
  readonly externalPlugins: () => Load
  readonly spooledRequests: () => number
  readonly requestsAside: () => Readonly<Record<AsideReason, number>>
  /** Undefined where nothing is known of pods. */
  readonly missingAttachments: () => number | undefined
}

/** The metrics that are looked up when they are asked for. */
export function createGauges(sources: GaugeSources): readonly Instrument[] {
  const { requests, externalPlugins, spooledRequests, requestsAside, missingAttachments } = sources
  return [
    new Gauge(metricDefinitions.requestsInFlight, () => loadReadings(requests())),
    new Gauge(metricDefinitions.externalPlugins, () => loadReadings(externalPlugins())),
    new Gauge(metricDefinitions.spooledRequests, () => [[{}, spooledRequests()]]),
    new Gauge(metricDefinitions.requestsAside, () => {
      const { broken, failed } = requestsAside()
      return [[{ reason: 'broken' }, broken] as const, [{ reason: 'failed' }, failed] as const]
    }),
    new Gauge(metricDefinitions.missingAttachments, () => {
      const missing = missingAttachments()
      return missing === undefined ? [] : [[{}, missing]]
    }),
    new Gauge(metricDefinitions.build, () => [[{ version: version() }, 1]]),
    ...processGauges(),
  ]
}

function loadReadings({ running, waiting }: Load) {
  return [[{ state: 'running' }, running] as const, [{ state: 'waiting' }, waiting] as const]
}

function processGauges(): readonly Instrument[] {
  return [
    new Gauge(metricDefinitions.cpuSeconds, () => {
      const { user, system } = process.cpuUsage()
      return [[{}, (user + system) / 1e6]]
    }),
    new Gauge(metricDefinitions.residentBytes, () => [[{}, process.memoryUsage.rss()]]),
    new Gauge(metricDefinitions.startSeconds, () => [[{}, performance.timeOrigin / 1000]]),
    new Gauge(metricDefinitions.openDescriptors, () => [[{}, readdirSync('/proc/self/fd').length - 1]]),
  ]
}
