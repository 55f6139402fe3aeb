// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeField, encodeNumber } from '../protocol/fields.ts'
import { FrameReader, frameType } from '../protocol/frames.ts'
import { LiveHosts } from './live-hosts.ts'
import { ShimHost } from './shim-host.ts'

/** A shim that finds every plugin in one directory, at once. */
function shimIn(directory: string): ShimHost {
  const host: ShimHost = new ShimHost((bytes) => {
    const [question] = new FrameReader().push(bytes)
    if (question?.type !== frameType.find) return
    const id = question.payload.subarray(0, 4)
    const payload = Buffer.concat([id, encodeNumber(1), encodeField(directory)])
    queueMicrotask(() => host.receive({ type: frameType.found, payload }))
  })
  return host
}

describe('LiveHosts', () => {
  test('asks the shim of the call as long as it is there, then any other', async () => {
    const hosts = new LiveHosts()
    const [own, other] = [shimIn('/own'), shimIn('/other')]
    hosts.add(own)
    hosts.add(other)
    const host = hosts.of(own)
    assert.deepEqual(await host.find('x'), ['/own'])
    own.close(new Error('killed'))
    hosts.remove(own)
    assert.deepEqual(await host.find('x'), ['/other'])
    hosts.remove(other)
    assert.equal(await host.find('x'), undefined)
  })

  test('borrows one whose caller is in a hurry only where there is no other', async () => {
    const hosts = new LiveHosts()
    const [patient, hurried] = [shimIn('/patient'), shimIn('/hurried')]
    hosts.add(patient)
    hosts.add(hurried, { isHurried: true })
    assert.deepEqual(await hosts.of().find('x'), ['/patient'])
    hosts.remove(patient)
    assert.deepEqual(await hosts.of().find('x'), ['/hurried'])
  })

  test('waits for nobody where no shim has ever come', async () => {
    assert.equal(await new LiveHosts().of().find('x', { wait: true }), undefined)
  })

  test('borrows the next shim that comes, in the moment of its coming', async () => {
    const hosts = new LiveHosts()
    const [first, next] = [shimIn('/first'), shimIn('/next')]
    hosts.add(first)
    hosts.remove(first)
    const found = [hosts.of().find('x', { wait: true }), hosts.of().find('y', { wait: true })]
    hosts.add(next)
    hosts.remove(next)
    let isIdle = false
    const idle = next.idle(60_000).then(() => (isIdle = true))
    assert.ok(!isIdle)
    assert.deepEqual(await Promise.all(found), [['/next'], ['/next']])
    await idle
  })

  test('waits for a bounded time, and not for one who has given up', async () => {
    const hosts = new LiveHosts({ waitMs: 5 })
    const gone = shimIn('/gone')
    hosts.add(gone)
    hosts.remove(gone)
    assert.equal(await hosts.of().find('x', { wait: true }), undefined)
    const patient = new LiveHosts({ waitMs: 60_000 })
    patient.add(gone)
    patient.remove(gone)
    assert.equal(await patient.of().find('x', { wait: true, signal: AbortSignal.abort() }), undefined)
  })

  test('says that no shim has come when a program is to be run', async () => {
    const limits = { timeoutMs: 1000, maxStdoutBytes: 10, maxStderrBytes: 10 }
    await assert.rejects(
      new LiveHosts({ waitMs: 5 }).of().run({ file: '/b/x', env: {}, input: '', limits }),
      {
        id: 'daemon/host-gone',
        message: 'Cannot run a plugin on the host: no shim has come within 0.005 s; try again later',
      },
    )
  })

  test('fails what is under way when its shim goes', async () => {
    const hosts = new LiveHosts()
    const silent = new ShimHost(() => undefined)
    hosts.add(silent)
    const found = hosts.of(silent).find('x')
    silent.close(new Error('killed'))
    await assert.rejects(found, { id: 'daemon/host-gone' })
  })
})

describe('ShimHost.receive()', () => {
  test('refuses an answer that nobody has asked for', () => {
    for (const payload of [Buffer.alloc(0), encodeNumber(7)]) {
      assert.throws(() => new ShimHost(() => undefined).receive({ type: frameType.found, payload }), {
        id: 'daemon/protocol-violated',
      })
    }
  })
})
