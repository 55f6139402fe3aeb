// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isJsonObject, Lull, silentLog } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { parseEvent } from '../resources/event.ts'
import { KubernetesClient } from './client.ts'
import { eventBody, formatEventName } from './event-body.ts'
import type { EventContent } from './event-body.ts'
import { EventRecorder } from './event-recorder.ts'
import type { EventRecorderOptions } from './event-recorder.ts'
import { ScriptedServer } from './scripted-server.ts'
import type { Script } from './scripted-server.ts'

const object = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web', uid: 'u1' }
const added: EventContent = {
  object,
  type: 'Normal',
  reason: 'AddedInterface',
  message: 'Add net1 [10.1.1.2/24] from default/lan',
}

async function record(script: Script, options: EventRecorderOptions = {}) {
  const warnings: object[] = []
  const bodies: JsonObject[] = []
  const server = await ScriptedServer.start(async (request, reply) => {
    if (isJsonObject(request.body)) bodies.push(request.body)
    await script(request, reply)
  })
  const client = new KubernetesClient({ server: server.url })
  const log = { ...silentLog, warn: (fields: object) => void warnings.push(fields) }
  const recorder = new EventRecorder(client, { log, host: 'n1', retryDelayMs: 1, ...options })
  return {
    server,
    recorder,
    bodies,
    warnings,
    async [Symbol.asyncDispose]() {
      await recorder[Symbol.asyncDispose]()
      await client[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const accept: Script = ({ body }, reply) => reply.json(201, body ?? {})

describe('EventRecorder', () => {
  it('posts nothing while something more urgent is under way', async () => {
    const lull = new Lull()
    await using api = await record(accept, { lull })
    await lull.during(async () => {
      api.recorder.post(added)
      await assert.rejects(api.recorder.flush({ timeoutMs: 50 }), { name: 'TimeoutError' })
      assert.deepEqual(api.server.requests, [])
    })
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.equal(api.server.requests.length, 1)
  })

  it('posts what has stood back when it is disposed of, although the urgent work has not ended', async () => {
    const lull = new Lull()
    await using api = await record(accept, { lull, drainMs: 5000 })
    await lull.during(async () => {
      api.recorder.post(added)
      await api.recorder[Symbol.asyncDispose]()
    })
    assert.deepEqual([api.server.requests.length, api.recorder.dropped, api.warnings], [1, 0, []])
  })

  it('posts an event as upstream names and fills it', async () => {
    await using api = await record(accept)
    api.recorder.post(added)
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.deepEqual(api.server.requests, ['POST /api/v1/namespaces/default/events'])
    const [body = {}] = api.bodies
    const event = parseEvent(body)
    assert.match(event.metadata.name, /^web\.1[0-9a-f]{15}$/)
    assert.deepEqual(event.involvedObject, object)
    assert.deepEqual([event.type, event.reason, event.message], [added.type, added.reason, added.message])
    assert.deepEqual(body['source'], { component: 'multus', host: 'n1' })
    assert.deepEqual([event.component, event.count], ['multus', 1])
    assert.match(event.firstTimestamp ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })

  it('returns before anything is sent', async () => {
    await using api = await record(accept)
    api.recorder.post(added)
    assert.deepEqual(api.server.requests, [])
  })

  it('raises the count of an equal event instead of posting another', async () => {
    await using api = await record(accept)
    api.recorder.post(added)
    await api.recorder.flush({ timeoutMs: 5000 })
    api.recorder.post(added)
    api.recorder.post(added)
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.equal(api.server.requests.length, 3)
    assert.match(api.server.requests[1] ?? '', /^PATCH \/api\/v1\/namespaces\/default\/events\/web\.1/)
    assert.deepEqual(
      api.bodies.map((body) => body['count']),
      [1, 2, 3],
    )
  })

  it('posts anew when the event to count up is gone', async () => {
    await using api = await record(({ method, body }, reply) => {
      if (method === 'PATCH') reply.fail(404, 'NotFound', 'gone')
      else reply.json(201, body ?? {})
    })
    api.recorder.post(added)
    await api.recorder.flush({ timeoutMs: 5000 })
    api.recorder.post(added)
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.deepEqual(
      api.server.requests.map((line) => line.split(' ', 1)[0]),
      ['POST', 'PATCH', 'POST'],
    )
    assert.equal(api.recorder.dropped, 0)
  })

  it('tries again when the server is not well, under the same name', async () => {
    let failures = 2
    await using api = await record(({ body }, reply) => {
      if (failures-- > 0) reply.fail(503, 'ServiceUnavailable', 'starting')
      else reply.json(201, body ?? {})
    })
    api.recorder.post(added)
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.equal(api.bodies.length, 3)
    assert.equal(new Set(api.bodies.map((body) => parseEvent(body).metadata.name)).size, 1)
    assert.deepEqual(api.warnings, [])
  })

  it('counts an event that exists already as posted: the answer was lost', async () => {
    await using api = await record((_, reply) => reply.fail(409, 'AlreadyExists', 'exists'))
    api.recorder.post(added)
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.equal(api.recorder.dropped, 0)
  })

  it('says in the log what the server refuses, and goes on with the next', async () => {
    await using api = await record(({ body }, reply) => {
      if (isJsonObject(body) && body['reason'] === 'Refused')
        reply.fail(403, 'Forbidden', 'no events from you')
      else reply.json(201, body ?? {})
    })
    api.recorder.post({ ...added, reason: 'Refused' })
    api.recorder.post(added)
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.equal(api.recorder.dropped, 1)
    assert.equal(api.warnings.length, 1)
    assert.equal(api.bodies.length, 2)
  })

  it('drops what exceeds its bound, and says so', async () => {
    await using api = await record(accept, { maxWaiting: 3 })
    for (let number = 0; number < 10; number++) api.recorder.post({ ...added, message: `number ${number}` })
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.equal(api.bodies.length + api.recorder.dropped, 10)
    assert.ok(api.bodies.length <= 4)
    assert.equal(api.warnings.length, api.recorder.dropped)
  })

  it('counts messages as equal that differ only where they are cut', async () => {
    await using api = await record(accept)
    const message = 'x'.repeat(2000)
    for (const end of ['a', 'b']) api.recorder.post({ ...added, message: message + end })
    await api.recorder.flush({ timeoutMs: 5000 })
    assert.deepEqual(
      api.bodies.map((body) => body['count']),
      [1, 2],
    )
  })

  it('posts what waits before it ends, when it is given time for that', async () => {
    await using api = await record(accept, { drainMs: 5000 })
    for (let number = 0; number < 5; number++) api.recorder.post({ ...added, message: `number ${number}` })
    await api.recorder[Symbol.asyncDispose]()
    assert.equal(api.bodies.length, 5)
    assert.deepEqual([api.recorder.dropped, api.warnings], [0, []])
  })

  it('says how many events it could not post before it ended', async () => {
    await using api = await record(async () => new Promise<void>(() => undefined), { drainMs: 20 })
    for (let number = 0; number < 5; number++) api.recorder.post({ ...added, message: `number ${number}` })
    await api.recorder[Symbol.asyncDispose]()
    assert.equal(api.recorder.dropped, 4) // The fifth is under way, and nobody knows what becomes of it.
    assert.deepEqual(api.warnings, [{ count: 4 }])
  })

  it('ends in the middle of a retry when it is disposed of', async () => {
    const asked = Promise.withResolvers<void>()
    await using api = await record(
      (_, reply) => {
        reply.fail(503, 'ServiceUnavailable', 'starting')
        asked.resolve()
      },
      { retryDelayMs: 60_000 },
    )
    api.recorder.post(added)
    await asked.promise
    await api.recorder[Symbol.asyncDispose]()
    api.recorder.post(added)
    assert.equal(api.server.requests.length, 1)
  })
})

describe('eventBody()', () => {
  const stamp = { name: 'n.1', count: 1, component: 'multus', host: '', at: new Date(0) }

  it('puts events about cluster-scoped objects into the default namespace', () => {
    const body = eventBody({ ...added, object: { ...object, kind: 'Node', namespace: '' } }, stamp)
    assert.equal(parseEvent(body).metadata.namespace, 'default')
  })

  it('cuts a message that is too long', () => {
    const { message } = parseEvent(eventBody({ ...added, message: 'x'.repeat(5000) }, stamp))
    assert.equal(message.length, 1024)
  })
})

describe('formatEventName()', () => {
  it('cuts a long name so that the whole is a DNS subdomain', () => {
    assert.equal(formatEventName('web', 255n), 'web.ff')
    const name = formatEventName(`${'a'.repeat(235)}.${'b'.repeat(17)}`, 0x1877b2d6d3c2a100n)
    assert.equal(name, `${'a'.repeat(235)}.1877b2d6d3c2a100`)
  })
})
