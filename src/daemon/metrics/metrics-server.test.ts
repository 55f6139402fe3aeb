// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { createLog, silentLog, waitFor } from '../../base/index.ts'
import { MetricsServer } from './metrics-server.ts'
import { readMetricsSettings } from './settings.ts'

const { request } = process.getBuiltinModule('node:http')

async function ask(port: number, path: string, method = 'GET'): Promise<IncomingMessage & { text: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, agent: false }, resolve).once('error', reject).end()
  })
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return Object.assign(response, { text })
}

async function serve(t: TestContext, text = () => 'x 1\n') {
  const server = MetricsServer.start({ port: 0, address: '127.0.0.1', text, log: silentLog })
  t.after(() => server[Symbol.asyncDispose]())
  return waitFor(() => server.port, { timeoutMs: 5000, what: 'the port' })
}

describe('MetricsServer', () => {
  test('answers /metrics with the text as it is at that moment', async (t) => {
    let count = 0
    const port = await serve(t, () => `x ${++count}\n`)
    const [first, second] = [await ask(port, '/metrics'), await ask(port, '/metrics?name=x')]
    assert.deepEqual([first.statusCode, first.text, second.text], [200, 'x 1\n', 'x 2\n'])
    assert.equal(first.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  })

  test('has nothing else, and changes nothing', async (t) => {
    const port = await serve(t)
    assert.equal((await ask(port, '/')).statusCode, 404)
    assert.equal((await ask(port, '/metrics', 'POST')).statusCode, 405)
  })

  test('says what went wrong when the text cannot be made', async (t) => {
    const port = await serve(t, () => {
      throw new Error('no list of pods')
    })
    const { statusCode, text } = await ask(port, '/metrics')
    assert.deepEqual([statusCode, text], [500, 'no list of pods\n'])
  })

  test('takes a port that is taken as soon as it is free, and says once that it waits', async (t) => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    const other = MetricsServer.start({ port: 0, address: '127.0.0.1', text: () => '', log: silentLog })
    const port = await waitFor(() => other.port, { timeoutMs: 5000, what: 'the port' })
    const server = MetricsServer.start({ port, address: '127.0.0.1', text: () => '', log, retryMs: 5 })
    t.after(() => server[Symbol.asyncDispose]())
    await waitFor(() => lines.length > 0, { timeoutMs: 5000, what: 'the line' })
    await other[Symbol.asyncDispose]()
    await waitFor(() => server.port, { timeoutMs: 5000, what: 'the port' })
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"id":"daemon\/metrics-unavailable".*EADDRINUSE/)
  })
})

describe('readMetricsSettings()', () => {
  const read = (root: object) => readMetricsSettings(JSON.parse(JSON.stringify(root)), '/c')

  test('serves nothing unless there is a port', () => {
    assert.deepEqual([read({}), read({ metricsPort: 0 })], [undefined, undefined])
  })

  test('listens at all addresses unless one is named', () => {
    assert.deepEqual(read({ metricsPort: 9091 }), { port: 9091 })
    assert.deepEqual(read({ metricsPort: 1, metricsAddress: '::1' }), { port: 1, address: '::1' })
  })

  test('refuses what is no port', () => {
    assert.throws(() => read({ metricsPort: 70_000 }), /metricsPort is 70000, and must be a port/)
  })
})
