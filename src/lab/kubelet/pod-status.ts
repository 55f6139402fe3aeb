// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, JsonValue } from '../../base/index.ts'
import type { ContainerSpec, PodSpec } from '../cluster/pod-spec.ts'
import type { ContainerEnd } from './container.ts'

/** How a container fares. */
export type ContainerState =
  | { readonly kind: 'waiting'; readonly reason: string; readonly message?: string }
  | { readonly kind: 'running'; readonly startedAt: string }
  | {
      readonly kind: 'terminated'
      readonly end: ContainerEnd
      readonly startedAt: string
      readonly finishedAt: string
    }

/** What the kubelet knows of a pod, to be told in its status. */
export interface PodState {
  readonly spec: PodSpec
  readonly hostIp: string
  readonly podIps: readonly string[]
  readonly startTime: string
  readonly sandboxId: string | undefined
  readonly containers: ReadonlyMap<string, ContainerState>
  readonly restarts: ReadonlyMap<string, number>
}

/** The status of a pod as the kubelet tells it to the API. */
export function podStatus(state: PodState): JsonObject {
  const { spec, hostIp, podIps, startTime, containers } = state
  const states = spec.containers.map(({ name }) => containers.get(name))
  const ready = states.every((one) => one?.kind === 'running')
  return {
    phase: phaseOf(states),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIps.length === 0 ? {} : { podIP: podIps[0], podIPs: podIps.map((ip) => ({ ip })) }),
    startTime,
    conditions: [
      condition('PodReadyToStartContainers', state.sandboxId !== undefined, startTime),
      condition('Initialized', true, startTime),
      condition('Ready', ready, startTime),
      condition('ContainersReady', ready, startTime),
      condition('PodScheduled', true, startTime),
    ],
    containerStatuses: spec.containers.map((one) => containerStatus(one, state)),
  }
}

function phaseOf(states: readonly (ContainerState | undefined)[]): string {
  if (states.some((one) => one === undefined || one.kind === 'waiting')) {
    return states.some((one) => one?.kind === 'running' || one?.kind === 'terminated') ? 'Running' : 'Pending'
  }
  if (states.some((one) => one?.kind === 'running')) return 'Running'
  return states.every((one) => one?.kind === 'terminated' && one.end.exitCode === 0) ? 'Succeeded' : 'Failed'
}

function condition(type: string, holds: boolean, since: string): JsonObject {
  return {
    type,
    status: holds ? 'True' : 'False',
    ...(holds || !type.endsWith('Ready') ? {} : { reason: 'ContainersNotReady' }),
    lastTransitionTime: since,
  }
}

function containerStatus(
  { name, image }: ContainerSpec,
  { containers, restarts, sandboxId }: PodState,
): JsonObject {
  const state = containers.get(name) ?? { kind: 'waiting', reason: 'ContainerCreating' }
  return {
    name,
    image,
    imageID: '',
    ...(sandboxId === undefined ? {} : { containerID: `lab://${sandboxId.slice(0, 12)}-${name}` }),
    ready: state.kind === 'running',
    started: state.kind === 'running',
    restartCount: restarts.get(name) ?? 0,
    state: { [state.kind]: describe(state) },
  }
}

function describe(state: ContainerState): JsonValue {
  if (state.kind === 'running') return { startedAt: state.startedAt }
  if (state.kind === 'waiting') {
    return { reason: state.reason, ...(state.message === undefined ? {} : { message: state.message }) }
  }
  const { exitCode, output } = state.end
  return {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt: state.startedAt,
    finishedAt: state.finishedAt,
    ...(output === '' ? {} : { message: output }),
  }
}
