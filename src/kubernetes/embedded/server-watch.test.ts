// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { isJsonObject, waitFor } from '../../base/index.ts'
import { call, configMaps, parse } from './http-call.ts'
import { EmbeddedApiServer } from './server.ts'
import { configMap } from './test-cluster.ts'

describe('a watch over HTTP', () => {
  test('ends when its time is over, with a bookmark for who wants them', async () => {
    await using server = await EmbeddedApiServer.start()
    server.apply([configMap('a')])
    const { text } = await call(server, `${configMaps}?watch=true&timeoutSeconds=1&allowWatchBookmarks=true`)
    const events = text.trim().split('\n').map(parse)
    assert.deepEqual(
      events.map((event) => event['type']),
      ['ADDED', 'BOOKMARK'],
    )
  })

  test('from a forgotten version tells an error as its only event', async () => {
    await using server = await EmbeddedApiServer.start()
    server.apply([configMap('a')])
    server.api.compact()
    const { code, text } = await call(server, `${configMaps}?watch=1&resourceVersion=1`)
    assert.equal(code, 200)
    assert.partialDeepStrictEqual(parse(text), {
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    })
  })

  test('that cannot be understood is refused like any request', async () => {
    await using server = await EmbeddedApiServer.start()
    assert.equal((await call(server, `${configMaps}?watch=1&resourceVersion=x`)).code, 400)
  })

  test('shows tables, the first with its columns', async () => {
    await using server = await EmbeddedApiServer.start()
    server.apply([configMap('a'), configMap('b')])
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    const response = await fetch(`${server.url}${configMaps}?watch=1`, { headers })
    assert.ok(response.body)
    const lines: string[] = []
    for await (const part of response.body.pipeThrough(new TextDecoderStream())) {
      lines.push(...part.trim().split('\n'))
      if (lines.length >= 2) break
    }
    const [first, second] = lines.map(parse)
    const columnDefinitions = [{ name: 'Name' }, { name: 'Data' }, { name: 'Age' }]
    assert.partialDeepStrictEqual(first, { object: { kind: 'Table', columnDefinitions } })
    assert.deepEqual(isJsonObject(second?.['object']) && second['object']['columnDefinitions'], [])
  })

  test('is cut when its client does not read', async () => {
    await using server = await EmbeddedApiServer.start({ limits: { watchBufferBytes: 100_000 } })
    const { port, hostname } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    let isClosed = false
    socket.on('close', () => (isClosed = true)).on('error', () => undefined)
    socket.write(`GET ${configMaps}?watch=1 HTTP/1.1\r\nhost: x\r\n\r\n`)
    await once(socket, 'data')
    socket.pause()
    let round = 0
    await waitFor(
      () => {
        server.apply([configMap('big', { round: String((round += 1)), k: 'x'.repeat(500_000) })])
        return server.openWatches === 0
      },
      { timeoutMs: 10_000, intervalMs: 1, what: 'the watch to be cut' },
    )
    socket.resume()
    await waitFor(() => isClosed, { timeoutMs: 5000, what: 'the connection to end' })
  })

  test('ends when the server closes', async () => {
    const server = await EmbeddedApiServer.start()
    const watching = fetch(`${server.url}${configMaps}?watch=1`).then(async (response) => response.text())
    await waitFor(() => server.openWatches === 1, { timeoutMs: 5000, what: 'the watch to begin' })
    await server.close()
    await assert.rejects(watching)
  })
})
