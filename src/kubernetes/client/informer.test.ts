// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLog, waitFor } from '../../base/index.ts'
import type { JsonObject, Log } from '../../base/index.ts'
import { networkAttachmentDefinitions } from '../resources/network-attachment-definition.ts'
import type { KubernetesObject } from '../resources/object-meta.ts'
import { pods, trimPod } from '../resources/pod.ts'
import type { Pod } from '../resources/pod.ts'
import type { Resource } from '../resources/resource.ts'
import { KubernetesClient } from './client.ts'
import { Informer } from './informer.ts'
import type { InformerOptions } from './informer.ts'
import { ScriptedServer, statusObject } from './scripted-server.ts'
import type { Script } from './scripted-server.ts'

const backoff = { firstMs: 1, maxMs: 4 }

const pod = (name: string, resourceVersion: string, uid = name): JsonObject => ({
  metadata: { name, namespace: 'default', uid, resourceVersion },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i', command: ['sleep'] }] },
})

const podList = (resourceVersion: string, ...items: JsonObject[]): JsonObject => ({
  metadata: { resourceVersion },
  items,
})

/** Answers the nth list and the nth watch by the nth script; after the last one, nothing answers. */
function inTurn({ lists, watches }: { lists: Script[]; watches: Script[] }): Script {
  return (request, reply) => {
    const next = (request.query.get('watch') === 'true' ? watches : lists).shift()
    return next?.(request, reply)
  }
}

async function follow<T extends KubernetesObject>(
  script: Script,
  resource: Resource<T>,
  options: InformerOptions<T> = {},
) {
  const server = await ScriptedServer.start(script)
  const client = new KubernetesClient({ server: server.url })
  const informer = new Informer(client, resource, { backoff, ...options })
  const told: string[] = []
  const show = ({ metadata }: T): string => `${metadata.name}@${metadata.resourceVersion}`
  informer.on({
    added: (object) => void told.push(`added ${show(object)}`),
    updated: (object, previous) => void told.push(`updated ${show(previous)} to ${show(object)}`),
    removed: (object) => void told.push(`removed ${show(object)}`),
  })
  informer.start()
  return {
    server,
    informer,
    told,
    watches: () => server.requests.filter((line) => line.includes('watch=true')),
    lists: () => server.requests.filter((line) => !line.includes('watch=true')),
    until: async (check: () => boolean) => waitFor(check, { timeoutMs: 5000, what: 'the informer' }),
    async [Symbol.asyncDispose]() {
      await informer[Symbol.asyncDispose]()
      await client[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

function collectingLog(): Log & { lines: string[] } {
  const lines: string[] = []
  const say = (level: string) => (fields: object, message: string) => {
    const error = 'error' in fields && fields.error instanceof Error ? `: ${fields.error.message}` : ''
    lines.push(`${level} ${message}${error}`)
  }
  const log = { ...silentLog, lines, info: say('info'), warn: say('warn'), error: say('error') }
  return { ...log, child: () => log }
}

describe('Informer', () => {
  it('lists from the cache, then watches from there with bookmarks', async () => {
    const script = inTurn({
      lists: [(_, reply) => reply.json(200, podList('10', pod('a', '3'), pod('b', '4')))],
      watches: [
        (_, reply) => {
          const stream = reply.stream()
          stream.send('ADDED', pod('c', '11'))
          stream.send('MODIFIED', pod('a', '12'))
          stream.send('DELETED', pod('b', '13'))
        },
      ],
    })
    await using api = await follow(script, pods, { fieldSelector: 'spec.nodeName=n1' })
    await api.informer.waitForSync({ timeoutMs: 5000 })
    await api.until(() => api.told.length === 5)
    assert.deepEqual(api.told, ['added a@3', 'added b@4', 'added c@11', 'updated a@3 to a@12', 'removed b@4'])
    assert.deepEqual(
      api.informer.list().map(({ metadata }) => metadata.name),
      ['a', 'c'],
    )
    assert.equal(api.informer.get('default', 'a')?.metadata.resourceVersion, '12')
    assert.equal(api.informer.get('default', 'b'), undefined)
    assert.equal(api.informer.size, 2)
    const selector = 'fieldSelector=spec.nodeName%3Dn1'
    assert.deepEqual(api.lists(), [`GET /api/v1/pods?${selector}&limit=500&resourceVersion=0`])
    const [path = ''] = api.watches()
    assert.match(
      path,
      /watch=true&allowWatchBookmarks=true&fieldSelector=spec.nodeName%3Dn1&resourceVersion=10/,
    )
    const seconds = Number(/timeoutSeconds=(\d+)/.exec(path)?.[1])
    assert.ok(seconds >= 300 && seconds <= 600, path)
    const { hasSynced, watching, lists, watches, failures, lastError } = api.informer.state
    assert.deepEqual(
      { hasSynced, watching, lists, watches, failures, lastError },
      {
        hasSynced: true,
        watching: true,
        lists: 1,
        watches: 1,
        failures: 0,
        lastError: undefined,
      },
    )
  })

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

  it('reports a handler that fails, sooner or later, and tells the others all the same', async () => {
    const log = collectingLog()
    const script = inTurn({
      lists: [(_, reply) => reply.json(200, podList('10', pod('a', '1')))],
      watches: [(_, reply) => void reply.stream()],
    })
    const server = await ScriptedServer.start(script)
    await using client = new KubernetesClient({ server: server.url })
    await using informer = new Informer(client, pods, { log, backoff })
    const told: string[] = []
    informer.on({
      added: () => {
        throw new Error('thrown')
      },
    })
    informer.on({ added: async () => Promise.reject(new Error('rejected')) })
    informer.on({ added: ({ metadata }) => void told.push(metadata.name) })
    informer.start()
    await waitFor(() => log.lines.length === 2 && informer.state.watching, {
      timeoutMs: 5000,
      what: 'the log',
    })
    assert.deepEqual(log.lines, [
      'error A handler of API changes failed: thrown',
      'error A handler of API changes failed: rejected',
    ])
    assert.deepEqual(told, ['a'])
    assert.equal(informer.state.failures, 0)
    await server[Symbol.asyncDispose]()
  })

  it('tells a handler that comes late what is there, and one that left nothing', async () => {
    const script = inTurn({
      lists: [(_, reply) => reply.json(200, podList('10', pod('a', '1')))],
      watches: [(_, reply) => void setTimeout(() => reply.stream().send('ADDED', pod('b', '11')), 30)],
    })
    await using api = await follow(script, pods)
    await api.informer.waitForSync({ timeoutMs: 5000 })
    const late: string[] = []
    const left: string[] = []
    api.informer.on({ added: ({ metadata }) => void late.push(metadata.name) })
    {
      using _leaving = api.informer.on({ added: ({ metadata }) => void left.push(metadata.name) })
    }
    await api.until(() => api.told.length === 2)
    assert.deepEqual([late, left], [['a', 'b'], ['a']])
  })

  it('tells a handler that comes in the middle of a list of each object once', async () => {
    const script = inTurn({
      lists: [(_, reply) => reply.json(200, podList('10', pod('a', '1'), pod('b', '2'), pod('c', '3')))],
      watches: [(_, reply) => reply.stream().send('DELETED', pod('c', '11'))],
    })
    await using server = await ScriptedServer.start(script)
    await using client = new KubernetesClient({ server: server.url })
    await using informer = new Informer(client, pods, { backoff })
    const late: string[] = []
    using first = informer.on({
      added: () => {
        first[Symbol.dispose]()
        informer.on({
          added: ({ metadata }) => void late.push(metadata.name),
          removed: ({ metadata }) => void late.push(`no ${metadata.name}`),
        })
      },
    })
    informer.start()
    await waitFor(() => late.length === 4, { timeoutMs: 5000, what: 'the handlers' })
    assert.deepEqual(late, ['a', 'b', 'c', 'no c'])
  })

  it('stores what transform leaves, and finds it by an index', async () => {
    const script = inTurn({
      lists: [(_, reply) => reply.json(200, podList('10', pod('a', '1')))],
      watches: [(_, reply) => reply.stream().send('ADDED', pod('b', '11'))],
    })
    const options: InformerOptions<Pod> = {
      transform: trimPod,
      indexers: { uid: ({ metadata }) => [metadata.uid] },
    }
    await using api = await follow(script, pods, options)
    await api.until(() => api.informer.size === 2)
    assert.deepEqual(
      api.informer.byIndex('uid', 'b').map(({ metadata }) => metadata.name),
      ['b'],
    )
    assert.deepEqual(
      api.informer.list().flatMap(({ spec }) => spec.containers.map(({ command }) => command)),
      [[], []],
    )
  })

  it('counts an object that cannot be read as absent, and says so', async () => {
    const log = collectingLog()
    const nad = (name: string, resourceVersion: string, config: JsonObject | string): JsonObject => ({
      metadata: { name, namespace: 'a', uid: name, resourceVersion },
      spec: { config },
    })
    const script = inTurn({
      lists: [(_, reply) => reply.json(200, podList('10', nad('bad', '1', {}), nad('lan', '2', '{}')))],
      watches: [(_, reply) => reply.stream().send('MODIFIED', nad('lan', '11', {}))],
    })
    await using api = await follow(script, networkAttachmentDefinitions, { log })
    await api.until(() => api.told.length === 2)
    assert.deepEqual(api.told, ['added lan@2', 'removed lan@2'])
    assert.equal(log.lines.length, 2)
    assert.match(log.lines[0] ?? '', /^warn Cannot read an object of the API; it counts as absent: .*a\/bad/)
  })

  it('stops with its signal or its scope, in the middle of a watch or of a pause', async () => {
    await using server = await ScriptedServer.start((request, reply) => {
      if (request.query.get('watch') === 'true') reply.stream()
      else if (request.path.endsWith('/pods')) reply.json(200, podList('10'))
      else reply.fail(404, 'NotFound', 'no such type')
    })
    await using client = new KubernetesClient({ server: server.url })
    const stop = new AbortController()
    const watching = new Informer(client, pods)
    watching.start(stop.signal)
    const pausing = new Informer(client, networkAttachmentDefinitions, {
      backoff: { firstMs: 60_000, maxMs: 60_000 },
    })
    pausing.start()
    await waitFor(() => watching.state.watching && pausing.state.failures === 1, {
      timeoutMs: 5000,
      what: 'both',
    })
    stop.abort()
    await watching[Symbol.asyncDispose]()
    await pausing[Symbol.asyncDispose]()
    assert.equal(watching.state.watching, false)
    assert.equal(watching.hasSynced, true)
  })
})
