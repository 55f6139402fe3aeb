// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { textOf } from '../json/edit.ts'
import { podColumns } from './pod-columns.ts'

const now = new Date('2026-01-01T01:00:00Z')
const created = '2026-01-01T00:00:00Z'

function row(
  status: JsonObject,
  { spec = {}, metadata = {} }: { spec?: JsonObject; metadata?: JsonObject } = {},
): string {
  const containers = [{ name: 'a' }, { name: 'b' }]
  const pod = {
    metadata: { name: 'web', creationTimestamp: created, ...metadata },
    spec: { containers, ...spec },
    status,
  }
  return podColumns
    .filter((column) => (column.priority ?? 0) === 0)
    .map((column) => textOf(column.cell(pod, now)))
    .join(' ')
}

const running = { ready: true, restartCount: 0, state: { running: {} } }

describe('the row of a pod', () => {
  test('shows the phase while nothing runs', () => {
    assert.equal(row({ phase: 'Pending' }), 'web 0/2 Pending 0 60m')
  })

  test('counts the containers that are ready', () => {
    const statuses = [running, { ...running, ready: false }]
    assert.equal(row({ phase: 'Running', containerStatuses: statuses }), 'web 1/2 Running 0 60m')
  })

  test('shows why a container waits, the first container having the last word', () => {
    const waiting = (reason: string) => ({ state: { waiting: { reason } } })
    const statuses = [waiting('ImagePullBackOff'), waiting('ContainerCreating')]
    assert.equal(row({ phase: 'Pending', containerStatuses: statuses }), 'web 0/2 ImagePullBackOff 0 60m')
  })

  test('shows how a container ended', () => {
    const ended = (terminated: JsonObject) =>
      row({ phase: 'Failed', containerStatuses: [{ state: { terminated } }] })
    assert.equal(ended({ exitCode: 3 }), 'web 0/2 ExitCode:3 0 60m')
    assert.equal(ended({ exitCode: 137, signal: 9 }), 'web 0/2 Signal:9 0 60m')
    assert.equal(ended({ exitCode: 0, reason: 'Completed' }), 'web 0/2 Completed 0 60m')
  })

  test('tells restarts and the time since the last', () => {
    const statuses = [
      { ...running, restartCount: 2, lastState: { terminated: { finishedAt: '2026-01-01T00:55:00Z' } } },
      { ...running, restartCount: 1, lastState: { terminated: { finishedAt: '2026-01-01T00:50:00Z' } } },
    ]
    assert.equal(row({ phase: 'Running', containerStatuses: statuses }), 'web 2/2 Running 3 (5m ago) 60m')
  })

  test('shows the init container that is at work', () => {
    const spec = { initContainers: [{ name: 'i1' }, { name: 'i2' }] }
    const done = { name: 'i1', state: { terminated: { exitCode: 0 } } }
    const first = row(
      { phase: 'Pending', initContainerStatuses: [done, { name: 'i2', state: { running: {} } }] },
      { spec },
    )
    assert.equal(first, 'web 0/2 Init:1/2 0 60m')
    const failed = { name: 'i2', state: { terminated: { exitCode: 1, reason: 'Error' } } }
    assert.equal(
      row({ phase: 'Pending', initContainerStatuses: [done, failed] }, { spec }),
      'web 0/2 Init:Error 0 60m',
    )
  })

  test('counts a sidecar among the containers', () => {
    const spec = { initContainers: [{ name: 's', restartPolicy: 'Always' }] }
    const sidecar = { name: 's', started: true, ready: true, restartCount: 0, state: { running: {} } }
    const status = {
      phase: 'Running',
      initContainerStatuses: [sidecar],
      containerStatuses: [running, running],
    }
    assert.equal(row(status, { spec }), 'web 3/3 Running 0 60m')
  })

  test('says Terminating once it is deleted, until it is over', () => {
    const metadata = { deletionTimestamp: created }
    assert.equal(row({ phase: 'Running' }, { metadata }), 'web 0/2 Terminating 0 60m')
    assert.equal(row({ phase: 'Succeeded' }, { metadata }), 'web 0/2 Succeeded 0 60m')
  })
})
