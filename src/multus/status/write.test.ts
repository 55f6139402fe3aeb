// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createLog, Lull, silentLog } from '../../base/index.ts'
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
    onLateFailure: (error: PlaitError): void => void late.push(error),
    log: silentLog,
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

  test('does not begin behind the reply while a call runs', async () => {
    const lull = new Lull()
    const { cluster, write } = setUp({ waitMs: 0, deadlineMs: 5000 })
    const writer = new StatusWriter(lull)
    await lull.during(async () => {
      await writer.write(write)
      await setImmediate()
      assert.equal(cluster.statuses.size, 0)
    })
    await writer.idle()
    assert.equal(cluster.statuses.size, 1)
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
    cluster.failures.status = unreachable()
    await writer.write(write)
    setTimeout(() => (cluster.failures.status = undefined), 50)
    await writer.idle()
    assert.deepEqual(late, [])
    assert.equal(cluster.statuses.get('default/pod1'), '[]')
  })

  test('tries again behind the reply also while failures are waited for', async () => {
    const { cluster, writer, write, late } = setUp({ waitMs: 5, trustedWaitMs: 0, deadlineMs: 5000 })
    cluster.failures.status = refused('injected', 403)
    await writer.write(write)
    await writer.idle()
    late.length = 0
    const { promise, resolve } = Promise.withResolvers<void>()
    cluster.statusGate = promise
    cluster.failures.status = unreachable()
    await writer.write(write)
    resolve()
    setTimeout(() => (cluster.failures.status = undefined), 50)
    await writer.idle()
    assert.deepEqual(late, [])
    assert.equal(cluster.statuses.get('default/pod1'), '[]')
  })

  test('is idle within a bounded time, and tells what it gave up', async () => {
    const { cluster, writer, write, late } = setUp({ waitMs: 0, deadlineMs: 60_000 })
    cluster.failures.status = unreachable()
    await writer.write(write)
    await writer.idle(20)
    assert.equal(writer.pending, 0)
    assert.match(late[0]?.message ?? '', /: the process that writes it ends$/)
  })

  test('says so in the log when a failure cannot be told', async () => {
    const lines: string[] = []
    const log = createLog({ level: 'error', destination: { write: (line) => void lines.push(line) } })
    const { cluster, writer, write } = setUp({ waitMs: 0, deadlineMs: 5000 })
    cluster.failures.status = refused('injected', 403)
    const onLateFailure = (): never => {
      throw new Error('no one listens')
    }
    await writer.write({ ...write, onLateFailure, log })
    await writer.idle()
    assert.match(lines.join(''), /no one listens.*"msg":"failure of a network status could not be told"/)
  })
})

function unreachable(): ApiError {
  const detail = 'no answer'
  return new ApiError('kubernetes/unreachable', `Cannot patch: ${detail}`, { status: 0, reason: '', detail })
}
