// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../base/index.ts'
import { isCniCommand } from '../../cni/index.ts'
import type { ExternalCallSample } from '../../cni/index.ts'
import type { CleaningReport, JournalEntry, MultusOptions } from '../../multus/index.ts'
import { isMultusProgram } from '../requests/cni-call.ts'
import type { RequestSample } from '../requests/request-sample.ts'
import { BoundedNames } from './bounded-names.ts'
import { metricDefinitions } from './definitions.ts'
import { createGauges } from './gauges.ts'
import type { GaugeSources } from './gauges.ts'
import { Counter, formatMetrics, Gauge, Histogram } from './instruments.ts'

/** External plugin types that get a label value of their own. */
const maxExternalTypes = 16

/** One finished call of a bundled plugin. */
type BundledCallSample = Pick<ExternalCallSample, 'plugin' | 'command' | 'durationMs' | 'failed'>

/** What the daemon counts and measures. Every method costs a microsecond or two and never throws. */
export class NodeMetrics {
  readonly #http = new Counter(metricDefinitions.httpRequests)
  readonly #requests = new Histogram(metricDefinitions.requestSeconds)
  readonly #queue = new Histogram(metricDefinitions.requestQueueSeconds)
  readonly #errors = new Counter(metricDefinitions.requestErrors)
  readonly #api = new Histogram(metricDefinitions.apiWaitSeconds)
  readonly #plugins = new Histogram(metricDefinitions.pluginSeconds)
  readonly #externalQueue = new Histogram(metricDefinitions.externalQueueSeconds)
  readonly #lateStatuses = new Counter(metricDefinitions.lateStatusFailures)
  readonly #releasedSandboxes = new Counter(metricDefinitions.releasedSandboxes)
  readonly #releasedAddresses = new Counter(metricDefinitions.releasedAddresses)
  readonly #deadSandboxes = new Gauge(metricDefinitions.deadSandboxes, () => this.#deadReadings())
  readonly #pluginTypes: BoundedNames
  #lastCleaning: CleaningReport | undefined

  /** @param bundledTypes the plugins that always have a label value of their own. */
  constructor(bundledTypes: Iterable<string>) {
    this.#pluginTypes = new BoundedNames(bundledTypes, maxExternalTypes)
  }

  /** Counts one answer on the socket. */
  readonly answered = (path: string, method: string, status: number): void => {
    this.#http.add({
      handler: handlers.has(path) ? path : 'NotFound',
      code: String(status),
      method: methods.has(method) ? method.toLowerCase() : 'other',
    })
  }

  /** Measures one CNI request. */
  readonly requestEnded = (sample: RequestSample): void => {
    const { waitedMs, durationMs, error } = sample
    const command = commandLabel(sample.command)
    const program = isMultusProgram(sample.program) ? 'multus' : 'plugin'
    this.#requests.observe({ command, program, outcome: outcomeOf(error !== undefined) }, durationMs)
    this.#queue.observe({ program }, waitedMs)
    if (error !== undefined) this.#errors.add({ command, error: errorIdOf(error) ?? 'none' })
  }

  /** Measures how long requests for Multus waited for the API, and counts statuses that were not written after the reply. */
  readonly multusHooks: Pick<MultusOptions, 'onAttempt' | 'onLateStatusFailure'> = {
    onAttempt: (entry) => this.#attemptEnded(entry),
    onLateStatusFailure: () => this.#lateStatuses.add({}),
  }

  /** Counts what one round of cleaning did. */
  readonly cleaned = (report: CleaningReport): void => {
    this.#lastCleaning = report
    this.#releasedSandboxes.add({}, report.released)
    this.#releasedAddresses.add({}, report.addresses)
  }

  #deadReadings() {
    if (this.#lastCleaning === undefined) return []
    const { left, unsure } = this.#lastCleaning
    return [[{ state: 'left' }, left] as const, [{ state: 'unsure' }, unsure] as const]
  }

  #attemptEnded({ command, steps }: JournalEntry): void {
    const waits = steps.filter(({ step }) => apiSteps.has(step))
    if (waits.length === 0) return
    const durationMs = waits.reduce((sum, step) => sum + step.durationMs, 0)
    this.#api.observe({ command: commandLabel(command) }, durationMs)
  }

  /** Measures one call of a bundled plugin. */
  readonly bundledCallEnded = (sample: BundledCallSample): void =>
    this.#pluginEnded(this.#pluginTypes.of(sample.plugin), sample)

  /** Measures one call of an external plugin. */
  readonly externalCallEnded = (sample: ExternalCallSample): void => {
    this.#externalQueue.observe({}, sample.waitedMs)
    // A name of nothing must not take the place of a plugin that is there.
    this.#pluginEnded(sample.isMissing ? 'missing' : this.#pluginTypes.of(sample.plugin), sample)
  }

  #pluginEnded(plugin: string, { command, durationMs, failed }: BundledCallSample): void {
    const labels = { plugin, command: commandLabel(command), outcome: outcomeOf(failed) }
    this.#plugins.observe(labels, durationMs)
  }

  /** All of it in the text format of Prometheus. */
  text(sources: GaugeSources): string {
    return formatMetrics([
      this.#http,
      this.#requests,
      this.#queue,
      this.#errors,
      this.#api,
      this.#plugins,
      this.#externalQueue,
      this.#lateStatuses,
      this.#releasedSandboxes,
      this.#releasedAddresses,
      this.#deadSandboxes,
      ...createGauges(sources),
    ])
  }
}

const handlers: ReadonlySet<string> = new Set(['/cni', '/delegate', '/healthz', '/readyz', '/journal'])
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const apiSteps: ReadonlySet<string> = new Set(['pod', 'networks', 'status'])

function commandLabel(command: string): string {
  return isCniCommand(command) ? command : 'other'
}

function outcomeOf(failed: boolean): string {
  return failed ? 'error' : 'ok'
}
