// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { networkAttachmentDefinitions } from '../resources/network-attachment-definition.ts'
import { pods } from '../resources/pod.ts'
import type { Pod } from '../resources/pod.ts'
import { KubernetesClient } from './client.ts'
import type { WatchOptions } from './call-options.ts'
import { ScriptedServer, statusObject } from './scripted-server.ts'
import type { EventStream } from './scripted-server.ts'
import type { WatchEvent } from './watch.ts'

const pod = (name: string, resourceVersion: string): JsonObject => ({
  metadata: { name, namespace: 'default', uid: name, resourceVersion },
})

const show = (event: WatchEvent<Pod>): string =>
  event.type === 'BOOKMARK'
    ? `BOOKMARK@${event.resourceVersion}`
    : `${event.type} ${event.object.metadata.name}@${event.resourceVersion}`

/** What a watch of a scripted stream gave before it ended, and why it ended. */
async function watch(
  script: (stream: EventStream) => void,
  options: WatchOptions = {},
  maxObjectBytes = 10_000,
) {
  await using server = await ScriptedServer.start((_, reply) => script(reply.stream()))
  await using client = new KubernetesClient({ server: server.url }, { maxObjectBytes })
  const seen: string[] = []
  let error: unknown
  try {
    for await (const event of client.watch(pods, options)) seen.push(show(event))
  } catch (thrown) {
    error = thrown
  }
  return { seen, error, requests: server.requests }
}

describe('watch()', () => {
  it('gives events and bookmarks until the server ends it', async () => {
    const script = (stream: EventStream): void => {
      stream.send('ADDED', pod('a', '5'))
      stream.send('MODIFIED', pod('a', '6'))
      stream.send('DELETED', pod('a', '7'))
      stream.send('BOOKMARK', { metadata: { resourceVersion: '9' } })
      stream.end()
    }
    const { seen, error, requests } = await watch(script, {
      namespace: 'default',
      fieldSelector: 'spec.nodeName=n1',
      resourceVersion: '4',
      timeoutSeconds: 300,
    })
    assert.deepEqual(seen, ['ADDED a@5', 'MODIFIED a@6', 'DELETED a@7', 'BOOKMARK@9'])
    assert.equal(error, undefined)
    assert.deepEqual(requests, [
      'GET /api/v1/namespaces/default/pods?watch=true&allowWatchBookmarks=true&fieldSelector=spec.nodeName%3Dn1' +
        '&resourceVersion=4&timeoutSeconds=300',
    ])
  })

  it('puts events together that come in pieces, also cut within a character', async () => {
    const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: pod('größe', '5') })}\n`)
    const middle = bytes.indexOf(Buffer.from('ö')) + 1
    const { seen } = await watch((stream) => {
      stream.raw(bytes.subarray(0, middle))
      setImmediate(() => {
        stream.raw(bytes.subarray(middle))
        stream.end()
      })
    })
    assert.deepEqual(seen, ['ADDED größe@5'])
  })

  it('leaves event types out that it does not know', async () => {
    const { seen, error } = await watch((stream) => {
      stream.send('FUTURE', pod('a', '5'))
      stream.send('ADDED', pod('b', '6'))
      stream.end()
    })
    assert.deepEqual([seen, error], [['ADDED b@6'], undefined])
  })

  for (const [what, script, id, words] of [
    [
      'an ERROR event comes',
      (stream: EventStream) => stream.send('ERROR', statusObject(410, 'Expired', 'too old')),
      'kubernetes/expired',
      /too old/,
    ],
    [
      'the connection breaks within an event',
      (stream: EventStream) => {
        stream.raw('{"type":"ADD')
        setTimeout(() => stream.drop(), 5)
      },
      'kubernetes/unreachable',
      /connection reset/,
    ],
    [
      'the stream ends within an event',
      (stream: EventStream) => {
        stream.raw('{"type":"ADD')
        stream.end()
      },
      'kubernetes/bad-response',
      /ended within an event/,
    ],
    [
      'a line is not JSON',
      (stream: EventStream) => stream.raw('<html>\n'),
      'kubernetes/bad-response',
      /not JSON/,
    ],
    [
      'a line is not an event',
      (stream: EventStream) => stream.raw('[]\n'),
      'kubernetes/bad-response',
      /not an object/,
    ],
    [
      'an event is longer than the bound',
      (stream: EventStream) => stream.raw('x'.repeat(20_000)),
      'kubernetes/bad-response',
      /more than 10000 bytes/,
    ],
    ['nothing comes for too long', () => undefined, 'kubernetes/timeout', /nothing came for 60 ms/],
  ] as const) {
    it(`fails with ${id} when ${what}`, async () => {
      const { error } = await watch(
        (stream) => {
          stream.send('ADDED', pod('a', '5'))
          script(stream)
        },
        { idleTimeoutMs: 60 },
      )
      assert.ok(error instanceof Error)
      assert.equal('id' in error && error.id, id)
      assert.match(error.message, words)
      assert.match(error.message, /^Cannot watch pods: /)
    })
  }

  it('does not count the time that its reader takes as silence', async () => {
    await using server = await ScriptedServer.start((_, reply) => {
      const stream = reply.stream()
      stream.send('ADDED', pod('a', '5'))
      stream.send('ADDED', pod('b', '6'))
      stream.end()
    })
    await using client = new KubernetesClient({ server: server.url })
    const seen: string[] = []
    for await (const event of client.watch(pods, { idleTimeoutMs: 40 })) {
      seen.push(show(event))
      await new Promise((resolve) => setTimeout(resolve, 80))
    }
    assert.deepEqual(seen, ['ADDED a@5', 'ADDED b@6'])
  })

  it('fails with the reason of its signal, before and after it is open', async () => {
    const stop = new AbortController()
    const opened = await watch(() => stop.abort(new Error('stop')), { signal: stop.signal })
    assert.equal(opened.error instanceof Error && opened.error.message, 'stop')
    const late = await watch(() => undefined, { signal: stop.signal })
    assert.equal(late.error instanceof Error && late.error.message, 'stop')
    assert.deepEqual(late.requests, [])
  })

  it('fails as any request does when the server refuses it', async () => {
    await using server = await ScriptedServer.start((_, reply) =>
      reply.fail(403, 'Forbidden', 'no watch for you'),
    )
    await using client = new KubernetesClient({ server: server.url })
    await assert.rejects(client.watch(pods).next(), { id: 'kubernetes/forbidden' })
  })

  it('closes the connection when the reader leaves', async () => {
    const closed = Promise.withResolvers<void>()
    await using server = await ScriptedServer.start((_, reply) => {
      reply.response.on('close', () => closed.resolve())
      reply.stream().send('ADDED', pod('a', '5'))
    })
    await using client = new KubernetesClient({ server: server.url })
    for await (const event of client.watch(pods)) {
      assert.equal(show(event), 'ADDED a@5')
      break
    }
    await closed.promise
  })

  it('hands an object over that cannot be read, and goes on', async () => {
    const nad = (name: string, config: JsonObject | string): JsonObject => ({
      metadata: { name, namespace: 'a', resourceVersion: '1' },
      spec: { config },
    })
    await using server = await ScriptedServer.start((_, reply) => {
      const stream = reply.stream()
      stream.send('ADDED', nad('bad', {}))
      stream.send('ADDED', nad('good', '{}'))
      stream.end()
    })
    await using client = new KubernetesClient({ server: server.url })
    const invalid: string[] = []
    const seen: string[] = []
    const onInvalid = (error: Error): void => void invalid.push(error.message)
    for await (const event of client.watch(networkAttachmentDefinitions, { onInvalid })) seen.push(event.type)
    assert.deepEqual(seen, ['BOOKMARK', 'ADDED'])
    assert.equal(invalid.length, 1)
    await assert.rejects(client.watch(networkAttachmentDefinitions).next(), { id: 'kubernetes/invalid' })
  })
})
