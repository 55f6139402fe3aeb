// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { waitFor } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { networkAttachmentDefinitions } from '../resources/network-attachment-definition.ts'
import { pods, trimPod } from '../resources/pod.ts'
import type { Pod } from '../resources/pod.ts'
import { KubernetesClient } from './client.ts'
import { backoff, collectingLog, follow, inTurn, pod, podList } from './followed-script.ts'
import { Informer } from './informer.ts'
import type { InformerOptions } from './informer.ts'
import { ScriptedServer } from './scripted-server.ts'

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
