// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pods } from '../resources/pod.ts'
import { collectingLog, follow, inTurn, pod, podList } from './followed-script.ts'
import { statusObject } from './scripted-server.ts'
import type { Script } from './scripted-server.ts'

describe('Informer, when a list or a watch ends or fails', () => {
  it('watches on from the last bookmark when the server ends the watch', async () => {
    const script = inTurn({
      lists: [(_, reply) => reply.json(200, podList('10'))],
      watches: [
        (_, reply) => {
          const stream = reply.stream()
          stream.send('ADDED', pod('a', '11'))
          stream.send('BOOKMARK', { metadata: { resourceVersion: '40' } })
          stream.end()
        },
        (_, reply) => reply.stream().send('ADDED', pod('b', '41')),
      ],
    })
    await using api = await follow(script, pods)
    await api.until(() => api.told.length === 2)
    assert.equal(api.lists().length, 1)
    assert.match(api.watches()[1] ?? '', /resourceVersion=40/)
    assert.equal(api.informer.state.failures, 0)
  })

  for (const [what, fault] of [
    [
      'breaks within an event',
      (_, reply) => {
        const stream = reply.stream()
        stream.send('ADDED', pod('a', '11'))
        stream.raw('{"type":"ADDED","obj')
        setTimeout(() => stream.drop(), 5)
      },
    ],
    ['is refused with a server error', (_, reply) => reply.fail(500, 'InternalError', 'etcd is busy')],
    ['is dropped before its answer', (_, reply) => reply.drop()],
    ['is silent for too long', (_, reply) => reply.stream()],
    ['is refused with 401', (_, reply) => reply.fail(401, 'Unauthorized', 'Unauthorized')],
  ] as [string, Script][]) {
    it(`loses and doubles nothing when the watch ${what}`, async () => {
      const script = inTurn({
        lists: [(_, reply) => reply.json(200, podList('10'))],
        watches: [
          fault,
          (request, reply) => {
            const stream = reply.stream()
            if (request.query.get('resourceVersion') === '10') stream.send('ADDED', pod('a', '11'))
            stream.send('ADDED', pod('b', '12'))
          },
        ],
      })
      await using api = await follow(script, pods, { idleTimeoutMs: 50 })
      await api.until(() => api.told.length === 2)
      assert.deepEqual(api.told, ['added a@11', 'added b@12'])
      assert.equal(api.lists().length, 1)
      assert.equal(api.informer.state.failures >= 1, true)
    })
  }

  for (const [what, fault] of [
    [
      'an ERROR event',
      (_, reply) => reply.stream().send('ERROR', statusObject(410, 'Expired', 'too old resource version')),
    ],
    ['its HTTP status', (_, reply) => reply.fail(410, 'Gone', 'too old resource version')],
    [
      'a timeout about a version of the future',
      (_, reply) => reply.fail(504, 'Timeout', 'Too large resource version: 10, current: 2'),
    ],
    ['garbage', (_, reply) => reply.stream().raw('<html>\n')],
  ] as [string, Script][]) {
    it(`lists from the store after ${what}, and counts what is missing as removed`, async () => {
      const script = inTurn({
        lists: [
          (_, reply) =>
            reply.json(200, podList('10', pod('a', '1'), pod('b', '2'), pod('c', '3'), pod('d', '4'))),
          (_, reply) =>
            reply.json(
              200,
              podList('90', pod('a', '1'), pod('b', '77'), pod('d', '80', 'another'), pod('e', '81')),
            ),
        ],
        watches: [fault, (_, reply) => void reply.stream()],
      })
      await using api = await follow(script, pods)
      await api.until(() => api.watches().length === 2)
      assert.deepEqual(api.told.slice(4), [
        'removed c@3',
        'updated b@2 to b@77',
        'removed d@4',
        'added d@80',
        'added e@81',
      ])
      assert.deepEqual(api.lists(), [
        'GET /api/v1/pods?limit=500&resourceVersion=0',
        'GET /api/v1/pods?limit=500',
      ])
      assert.match(api.watches()[1] ?? '', /resourceVersion=90/)
    })
  }

  it('keeps trying while the list fails, says so once, and says when it is over', async () => {
    const log = collectingLog()
    const refuse: Script = (_, reply) => reply.fail(403, 'Forbidden', 'pods is forbidden')
    const script = inTurn({
      lists: [refuse, refuse, refuse, (_, reply) => reply.json(200, podList('10', pod('a', '1')))],
      watches: [(_, reply) => void reply.stream()],
    })
    await using api = await follow(script, pods, { log })
    await api.until(() => api.informer.state.watching)
    assert.deepEqual(log.lines, [
      'warn Cannot follow the API; trying again: Cannot list pods: pods is forbidden',
      'info Following the API again',
    ])
    assert.equal(api.informer.state.failures, 3)
  })

  it('pauses when the server ends watches at once without a word', async () => {
    const end: Script = (_, reply) => reply.stream().end()
    const script = inTurn({
      lists: [(_, reply) => reply.json(200, podList('10'))],
      watches: [end, end, (_, reply) => reply.stream().send('ADDED', pod('a', '11'))],
    })
    await using api = await follow(script, pods)
    await api.until(() => api.told.length === 1)
    assert.equal(api.informer.state.failures, 2)
    assert.equal(api.lists().length, 1)
  })

  it('waits for the first list no longer than it is told, and names the last failure', async () => {
    await using api = await follow((_, reply) => reply.fail(503, 'ServiceUnavailable', 'starting'), pods)
    await api.until(() => api.informer.state.lastError !== undefined)
    await assert.rejects(api.informer.waitForSync({ timeoutMs: 60 }), (error: Error) => {
      assert.match(error.message, /the first list of pods: 60 ms are over/)
      return error.cause instanceof Error && error.cause.message === 'Cannot list pods: starting'
    })
    assert.equal(api.informer.hasSynced, false)
  })
})
