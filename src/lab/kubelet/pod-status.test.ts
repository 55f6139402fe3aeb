// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePod, type Pod } from '../../kubernetes/index.ts'
import { readPodSpec } from '../cluster/pod-spec.ts'
import { podStatus, type ContainerState, type PodState } from './pod-status.ts'

const running: ContainerState = { kind: 'running', startedAt: '2026-01-01T00:00:00Z' }
const waiting: ContainerState = { kind: 'waiting', reason: 'CrashLoopBackOff', message: 'exit code 3: oops' }

function ended(exitCode: number): ContainerState {
  const startedAt = '2026-01-01T00:00:00Z'
  return { kind: 'terminated', end: { exitCode, output: '' }, startedAt, finishedAt: startedAt }
}

function tell(states: Readonly<Record<string, ContainerState>>, more: Partial<PodState> = {}): Pod {
  const containers = ['a', 'b'].map((name) => ({ name, image: 'busybox:1.24' }))
  const status = podStatus({
    spec: readPodSpec({ spec: { containers } }),
    hostIp: '10.1.1.5',
    podIps: ['10.233.1.2'],
    startTime: '2026-01-01T00:00:00Z',
    sandboxId: 'abc',
    containers: new Map(Object.entries(states)),
    restarts: new Map([['a', 2]]),
    ...more,
  })
  return parsePod({ status })
}

function isReady({ status }: Pod): boolean {
  return status.conditions.find(({ type }) => type === 'Ready')?.status === 'True'
}

describe('podStatus()', () => {
  it('is pending until the sandbox is there, without an address', () => {
    const pod = tell({}, { sandboxId: undefined, podIps: [] })
    assert.equal(pod.status.phase, 'Pending')
    assert.equal(pod.status.podIP, undefined)
    assert.equal(isReady(pod), false)
  })

  it('is running and ready when all containers run', () => {
    const pod = tell({ a: running, b: running })
    assert.equal(pod.status.phase, 'Running')
    assert.equal(pod.status.podIP, '10.233.1.2')
    assert.equal(isReady(pod), true)
    assert.deepEqual(
      pod.status.containerStatuses.map(({ ready, restartCount }) => [ready, restartCount]),
      [
        [true, 2],
        [true, 0],
      ],
    )
  })

  it('is running but not ready while one container waits for its next start', () => {
    const pod = tell({ a: running, b: waiting })
    assert.equal(pod.status.phase, 'Running')
    assert.equal(isReady(pod), false)
  })

  it('has succeeded when all containers ended well, and failed when one did not', () => {
    assert.equal(tell({ a: ended(0), b: ended(0) }).status.phase, 'Succeeded')
    assert.equal(tell({ a: ended(0), b: ended(3) }).status.phase, 'Failed')
    assert.equal(tell({ a: ended(3), b: running }).status.phase, 'Running')
  })
})
