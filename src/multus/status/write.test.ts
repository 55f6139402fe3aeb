// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PlaitError } from '../../base/index.ts'
import { ApiError } from '../../kubernetes/index.ts'
import { FakeCluster, notFound } from '../fakes/fake-cluster.ts'
import { StatusWriter } from './write.ts'
import type { StatusTiming } from './write.ts'

const pod = { namespace: 'default', name: 'pod1', uid: 'u1' }

function setUp(timing: StatusTiming = { waitMs: 2000, deadlineMs: 5000 }) {
  const cluster = new FakeCluster()
  const late: PlaitError[] = []
  const write = {
    cluster,
    pod,
    annotation: '[]',
    timing,
    onLateFailure: (error: PlaitError) => late.push(error),
  }
  return { cluster, late, write, writer: new StatusWriter() }
}

function refused(detail: string, status = 500): ApiError {
  return new ApiError('kubernetes/server-error', `Cannot patch: ${detail}`, {
    status,
    reason: '',
    detail,
  })
}

describe('StatusWriter', () => {
  test('writes the annotation and is idle then', async () => {
    const { cluster, writer, write } = setUp()
    await writer.write(write)
    assert.equal(cluster.statuses.get('default/pod1'), '[]')
    assert.equal(writer.pending, 0)
  })

  test("fails in upstream's words when the write fails within the wait (ADD-8, STS-11)", async () => {
    const { cluster, writer, write, late } = setUp()
    cluster.failures.status = refused('injected')
    await assert.rejects(writer.write(write), {
      id: 'multus/status-failed',
      message:
        'error setting the networks status: SetPodNetworkStatusAnnotation: failed to update the pod pod1 in out of ' +
        'cluster comm: SetNetworkStatus: failed to update the pod pod1 in out of cluster comm: status update failed ' +
        'for pod default/pod1: injected',
    })
    assert.deepEqual(late, [])
  })

  test('tolerates a pod that was deleted meanwhile (ADD-8)', async () => {
    const { cluster, writer, write } = setUp()
    cluster.failures.status = notFound('pods', 'pod1')
    await writer.write(write)
  })

  test('says so when the name belongs to another pod (STS-10)', async () => {
    const { cluster, writer, write } = setUp()
    const detail = 'expected pod default/pod1 UID "u1" but got "u2" from Kube API'
    cluster.failures.status = new ApiError('kubernetes/object-replaced', detail, {
      status: 0,
      reason: '',
      detail,
    })
    await assert.rejects(writer.write(write), {
      id: 'multus/pod-replaced',
      message: /SetNetworkStatus: expected pod/,
    })
  })

  test('lets the reply go when the wait is over, and tells of a failure later', async () => {
    const { cluster, writer, write, late } = setUp({ waitMs: 5, deadlineMs: 5000 })
    const { promise, resolve } = Promise.withResolvers<void>()
    cluster.statusGate = promise
    cluster.failures.status = refused('injected')
    await writer.write(write)
    assert.deepEqual([writer.pending, late], [1, []])
    resolve()
    await writer.idle()
    assert.equal(writer.pending, 0)
    assert.equal(late[0]?.id, 'multus/status-failed')
  })

  test('does not wait at all for a wait of 0', async () => {
    const { cluster, writer, write } = setUp({ waitMs: 0, deadlineMs: 5000 })
    await writer.write(write)
    assert.equal(writer.pending, 1)
    await writer.idle()
    assert.equal(cluster.statuses.get('default/pod1'), '[]')
  })

  test('waits again for the next one once a write has failed behind a reply', async () => {
    const { cluster, writer, write, late } = setUp({ waitMs: 2000, trustedWaitMs: 0, deadlineMs: 5000 })
    cluster.failures.status = refused('injected', 403)
    await writer.write(write)
    await writer.idle()
    assert.deepEqual(
      late.map(({ id }) => id),
      ['multus/status-failed'],
    )
    await assert.rejects(writer.write(write), { id: 'multus/status-failed' })
    cluster.failures.status = undefined
    await writer.write(write)
    await writer.write(write)
    assert.equal(writer.pending, 1)
    await writer.idle()
  })

  test('tries again behind the reply when the API may answer next time', async () => {
    const { cluster, writer, write, late } = setUp({ waitMs: 2000, trustedWaitMs: 0, deadlineMs: 5000 })
    cluster.failures.status = new ApiError('kubernetes/unreachable', 'Cannot patch: no answer', {
      status: 0,
      reason: '',
      detail: 'no answer',
    })
    await writer.write(write)
    setTimeout(() => (cluster.failures.status = undefined), 50)
    await writer.idle()
    assert.deepEqual(late, [])
    assert.equal(cluster.statuses.get('default/pod1'), '[]')
  })
})
