// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../../base/index.ts'
import { numberField, objectField, objectsField, stringField } from '../../resources/fields.ts'

/** A pod in the four words that `kubectl get pods` has for it. */
export interface PodSummary {
  readonly ready: number
  readonly total: number
  readonly reason: string
  readonly restarts: number
  /** RFC 3339. */
  readonly lastRestart: string | undefined
}

/** What the containers, their states and the deletion of a pod add up to. */
export function podSummary(pod: JsonObject): PodSummary {
  const spec = objectField(pod, 'spec')
  const status = objectField(pod, 'status')
  const sidecars = sidecarNames(spec)
  const total = objectsField(spec, 'containers').length + sidecars.size
  const init = summarizeInit(status, objectsField(spec, 'initContainers').length, sidecars)
  const initialized = init.reason === undefined || conditionHolds(status, 'Initialized')
  const main = initialized ? summarizeMain(status) : undefined
  const counted = main === undefined ? init.all : [...init.sidecars, ...main.all]
  return {
    ready: init.ready + (main?.ready ?? 0),
    total,
    reason: deletionReason(pod) ?? main?.reason ?? init.reason ?? phaseReason(status),
    restarts: counted.reduce((sum, one) => sum + (numberField(one, 'restartCount') ?? 0), 0),
    lastRestart: counted
      .map(lastEnd)
      .filter((time) => time !== undefined)
      .sort()
      .at(-1),
  }
}

function sidecarNames(spec: JsonObject): ReadonlySet<string> {
  const restarting = objectsField(spec, 'initContainers').filter((one) => one['restartPolicy'] === 'Always')
  return new Set(restarting.map((one) => stringField(one, 'name') ?? ''))
}

function phaseReason(status: JsonObject): string {
  const scheduled = objectsField(status, 'conditions').find((one) => one['type'] === 'PodScheduled')
  if (scheduled?.['reason'] === 'SchedulingGated') return 'SchedulingGated'
  return stringField(status, 'reason') || (stringField(status, 'phase') ?? '')
}

function deletionReason(pod: JsonObject): string | undefined {
  if (objectField(pod, 'metadata')['deletionTimestamp'] === undefined) return undefined
  const status = objectField(pod, 'status')
  if (status['reason'] === 'NodeLost') return 'Unknown'
  return status['phase'] === 'Failed' || status['phase'] === 'Succeeded' ? undefined : 'Terminating'
}

interface Part {
  readonly all: readonly JsonObject[]
  readonly ready: number
  readonly reason: string | undefined
}

function summarizeInit(
  status: JsonObject,
  count: number,
  sidecars: ReadonlySet<string>,
): Part & { readonly sidecars: readonly JsonObject[] } {
  const all = objectsField(status, 'initContainerStatuses')
  const isSidecar = (one: JsonObject) => sidecars.has(stringField(one, 'name') ?? '')
  let ready = 0
  let reason: string | undefined
  for (const [index, container] of all.entries()) {
    if (isSidecar(container) && container['started'] === true) {
      if (container['ready'] === true) ready += 1
      continue
    }
    const { terminated, waiting } = statesOf(container)
    if (terminated !== undefined && (numberField(terminated, 'exitCode') ?? 0) === 0) continue
    const because = stringField(waiting ?? {}, 'reason') ?? ''
    const waits = because !== '' && because !== 'PodInitializing'
    reason =
      terminated === undefined
        ? waits
          ? `Init:${because}`
          : `Init:${index}/${count}`
        : `Init:${endReason(terminated)}`
    break
  }
  return { all, ready, reason, sidecars: all.filter(isSidecar) }
}

function summarizeMain(status: JsonObject): Part {
  const all = objectsField(status, 'containerStatuses')
  let ready = 0
  let reason: string | undefined
  // Backwards, so that the first container's word is the last.
  for (const container of all.toReversed()) {
    const { terminated, waiting, running } = statesOf(container)
    const because = stringField(waiting ?? {}, 'reason') ?? ''
    if (because !== '') reason = because
    else if (terminated !== undefined) reason = endReason(terminated)
    else if (running !== undefined && container['ready'] === true) ready += 1
  }
  if (reason === 'Completed' && ready > 0) reason = conditionHolds(status, 'Ready') ? 'Running' : 'NotReady'
  return { all, ready, reason: reason ?? phaseReason(status) }
}

function statesOf(
  container: JsonObject,
): Record<'terminated' | 'waiting' | 'running', JsonObject | undefined> {
  const state = objectField(container, 'state')
  const part = (key: string) => (state[key] === undefined ? undefined : objectField(state, key))
  return { terminated: part('terminated'), waiting: part('waiting'), running: part('running') }
}

function endReason(terminated: JsonObject): string {
  const reason = stringField(terminated, 'reason') ?? ''
  if (reason !== '') return reason
  const signal = numberField(terminated, 'signal') ?? 0
  return signal === 0 ? `ExitCode:${numberField(terminated, 'exitCode') ?? 0}` : `Signal:${signal}`
}

function lastEnd(container: JsonObject): string | undefined {
  return stringField(objectField(objectField(container, 'lastState'), 'terminated'), 'finishedAt')
}

function conditionHolds(status: JsonObject, type: string): boolean {
  return objectsField(status, 'conditions').some((one) => one['type'] === type && one['status'] === 'True')
}
