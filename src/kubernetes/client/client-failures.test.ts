// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorIdOf, waitFor } from '../../base/index.ts'
import { networkAttachmentDefinitions } from '../resources/network-attachment-definition.ts'
import { namespaces } from '../resources/namespace.ts'
import { pods } from '../resources/pod.ts'
import { ApiError } from './api-error.ts'
import { KubernetesClient } from './client.ts'
import { ScriptedServer } from './scripted-server.ts'
import { pod, serve } from './served-client.ts'

async function failure(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof ApiError, String(error))
  return error
}

describe('KubernetesClient, when a call fails', () => {
  it('get() tells what was attempted and what the server said', async () => {
    await using api = await serve((_, reply) => reply.fail(404, 'NotFound', 'pods "web" not found'))
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
    assert.equal(error.id, 'kubernetes/not-found')
    assert.equal(error.message, 'Cannot get pod default/web: pods "web" not found')
    assert.deepEqual([error.status, error.reason, error.detail], [404, 'NotFound', 'pods "web" not found'])
    assert.equal(error.transient, false)
  })

  it('get() says that a resource type is not installed when the path does not exist', async () => {
    await using api = await serve((_, reply) => {
      reply.response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n')
    })
    const error = await failure(api.client.get(networkAttachmentDefinitions, { namespace: 'a', name: 'lan' }))
    assert.equal(error.id, 'kubernetes/not-found')
    assert.match(error.detail, /the server could not find the requested resource/)
  })

  it('get() fails with kubernetes/timeout when the answer does not come in time', async () => {
    await using api = await serve(() => undefined)
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web', timeoutMs: 30 }))
    assert.equal(error.id, 'kubernetes/timeout')
    assert.equal(error.transient, true)
    assert.match(error.message, /^Cannot get pod default\/web: http:.*: no answer within 30 ms; /)
    assert.match(
      error.detail,
      /^Get "http:\/\/127.0.0.1:\d+\/api\/v1\/namespaces\/default\/pods\/web": context deadline/,
    )
  })

  it('get() fails with kubernetes/timeout when the answer stops in the middle', async () => {
    await using api = await serve((_, reply) => void reply.response.writeHead(200).write('{"metadata"'))
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web', timeoutMs: 50 }))
    assert.equal(error.id, 'kubernetes/timeout')
  })

  it('get() fails with kubernetes/unreachable when nobody listens, in words that tools look for', async () => {
    const server = await ScriptedServer.start(() => undefined)
    await server[Symbol.asyncDispose]()
    await using client = new KubernetesClient({ server: server.url })
    const error = await failure(client.get(pods, { namespace: 'default', name: 'web' }))
    assert.equal(error.id, 'kubernetes/unreachable')
    assert.match(error.message, /: connection refused; look at the API server/)
    const peer = `127.0.0.1:${server.port}`
    assert.equal(
      error.detail,
      `Get "http://${peer}/api/v1/namespaces/default/pods/web": dial tcp ${peer}: connect: connection refused`,
    )
  })

  it('get() fails with kubernetes/unreachable when the connection breaks within the answer', async () => {
    await using api = await serve((_, reply) => {
      reply.response.writeHead(200, { 'content-length': '100' }).write('{"metadata"', () => reply.drop())
    })
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
    assert.equal(error.id, 'kubernetes/unreachable')
  })

  it('get() fails with kubernetes/bad-response when the answer is longer than the bound', async () => {
    await using api = await serve((_, reply) => reply.json(200, { filler: 'x'.repeat(5000) }), {
      maxObjectBytes: 1000,
    })
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
    assert.equal(error.id, 'kubernetes/bad-response')
    assert.match(error.message, /more than 1000 bytes/)
  })

  for (const [what, body] of [
    ['HTML', '<html>login</html>'],
    ['an array', '[]'],
    ['nothing', ''],
  ] as const) {
    it(`get() fails with kubernetes/bad-response when the answer is ${what}`, async () => {
      await using api = await serve((_, reply) => void reply.response.writeHead(200).end(body))
      const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
      assert.equal(error.id, 'kubernetes/bad-response')
    })
  }

  it('get() fails with the reason of its signal', async () => {
    const stop = new AbortController()
    await using api = await serve(() => stop.abort(new Error('the request was withdrawn')))
    const promise = api.client.get(pods, { namespace: 'default', name: 'web', signal: stop.signal })
    await assert.rejects(promise, { message: 'the request was withdrawn' })
    const late = api.client.get(pods, { namespace: 'default', name: 'web', signal: stop.signal })
    await assert.rejects(late, { message: 'the request was withdrawn' })
  })

  for (const name of ['', '.', '..', 'a/b', '%2e']) {
    it(`get() refuses the name "${name}" before it asks`, async () => {
      await using api = await serve((_, reply) => reply.json(200, pod))
      const error = await failure(api.client.get(pods, { namespace: 'default', name }))
      assert.equal(error.id, 'kubernetes/invalid')
      assert.deepEqual(api.server.requests, [])
    })
  }

  it('get() does not wait longer than its deadline for a busy server', async () => {
    await using api = await serve((_, reply) =>
      reply.fail(429, 'TooManyRequests', 'later', { 'retry-after': '60' }),
    )
    const error = await failure(api.client.get(pods, { namespace: 'default', name: 'web', timeoutMs: 500 }))
    assert.equal(error.id, 'kubernetes/busy')
    assert.equal(error.retryAfterMs, 60_000)
    assert.equal(error.transient, true)
  })

  it('create() refuses an object without namespace where its kind needs one', async () => {
    await using api = await serve((_, reply) => reply.json(201, pod))
    const error = await failure(api.client.create(pods, { metadata: { name: 'web' } }))
    assert.equal(error.id, 'kubernetes/invalid')
    await api.client.create(namespaces, { metadata: { name: 'a' } })
    assert.deepEqual(api.server.requests, ['POST /api/v1/namespaces'])
  })

  it('create() does not ask again when its connection broke: it may have been done', async () => {
    let requests = 0
    await using api = await serve((_, reply) => {
      requests++
      if (requests === 2) reply.drop()
      else reply.json(200, pod)
    })
    await api.client.get(pods, { namespace: 'default', name: 'web' })
    const error = await failure(api.client.create(pods, { metadata: { name: 'web', namespace: 'default' } }))
    assert.equal(errorIdOf(error), 'kubernetes/unreachable')
    assert.equal(requests, 2)
  })

  it('ends all calls when it is disposed of, also those that wait for a connection', async () => {
    await using api = await serve(async () => new Promise<void>(() => undefined))
    const calls = Array.from({ length: 20 }, async () =>
      failure(api.client.get(pods, { namespace: 'default', name: 'web' })),
    )
    await waitFor(() => api.server.requests.length === 16, { timeoutMs: 5000, what: '16 requests' })
    await api.client[Symbol.asyncDispose]()
    const errors = await Promise.all(calls)
    assert.deepEqual([...new Set(errors.map(({ id }) => id))], ['kubernetes/unreachable'])
    assert.match(errors.at(-1)?.message ?? '', /: the client was closed;/)
    const { message } = await failure(api.client.get(pods, { namespace: 'default', name: 'web' }))
    assert.match(message, /: the client was closed;/)
    assert.equal(api.server.requests.length, 16)
  })
})
