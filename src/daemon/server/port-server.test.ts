// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { createLog, silentLog, waitFor } from '../../base/index.ts'
import { nextListener } from './fakes/next-listener.ts'
import { ask as askSocket, ok, startServer } from './fakes/started-server.ts'
import { PortServer } from './port-server.ts'
import type { PortServerOptions } from './port-server.ts'
import { Readiness } from './readiness.ts'

const { request } = process.getBuiltinModule('node:http')
const soon = { timeoutMs: 5000, intervalMs: 5, what: 'the port' } as const

async function ask(port: number, path: string, method = 'GET'): Promise<IncomingMessage & { text: string }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, agent: false }, resolve).once('error', reject).end()
  })
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk)
  return Object.assign(response, { text })
}

function start(options: Partial<PortServerOptions> = {}): PortServer {
  return PortServer.start({
    port: 0,
    address: '127.0.0.1',
    metrics: () => 'x 1\n',
    readiness: new Readiness(),
    dispatcher: { isStopping: false },
    log: silentLog,
    ...options,
  })
}

async function serve(t: TestContext, options: Partial<PortServerOptions> = {}): Promise<number> {
  const server = start(options)
  t.after(() => server[Symbol.asyncDispose]())
  return waitFor(() => server.port, soon)
}

describe('PortServer', () => {
  test('answers /metrics with the text as it is at that moment', async (t) => {
    let count = 0
    const port = await serve(t, { metrics: () => `x ${++count}\n` })
    const [first, second] = [await ask(port, '/metrics'), await ask(port, '/metrics?name=x')]
    assert.deepEqual([first.statusCode, first.text, second.text], [200, 'x 1\n', 'x 2\n'])
    assert.equal(first.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  })

  test('answers probes as the socket does', async (t) => {
    const readiness = new Readiness()
    const { server, dispatcher } = await startServer(t, ok, { readiness })
    const port = await serve(t, { readiness, dispatcher })
    const seen: string[] = []
    const look = async (): Promise<void> => {
      for (const path of ['/healthz', '/readyz']) {
        const { statusCode: status, text: body } = await ask(port, path)
        assert.deepEqual({ status, body }, await askSocket(server.path, 'GET', path))
        seen.push(`${path} ${status} ${body}`)
      }
    }
    const configuration = readiness.condition('cni-configuration', 'there is no default network')
    await look()
    configuration.meet()
    await look()
    await dispatcher.stop({ drainMs: 0, undoMs: 0 })
    await look()
    assert.deepEqual(seen, [
      '/healthz 200 ',
      '/readyz 500 cni-configuration: there is no default network\n',
      '/healthz 200 ',
      '/readyz 200 ',
      '/healthz 200 ',
      '/readyz 500 daemon: it is stopping\n',
    ])
  })

  test('answers HEAD as GET, without the text', async (t) => {
    const readiness = new Readiness()
    readiness.condition('socket', 'not yet')
    const port = await serve(t, { readiness })
    const answers = [await ask(port, '/metrics', 'HEAD'), await ask(port, '/readyz', 'HEAD')]
    assert.deepEqual(
      answers.map(({ statusCode, text }) => [statusCode, text]),
      [
        [200, ''],
        [500, ''],
      ],
    )
  })

  test('has nothing else, and changes nothing', async (t) => {
    const port = await serve(t)
    for (const path of ['/', '/cni', '/delegate', '/journal?pod=a/b', '/plait-shim', '//metrics']) {
      for (const method of ['GET', 'POST'])
        assert.equal((await ask(port, path, method)).statusCode, 404, path)
    }
    for (const path of ['/metrics', '/healthz', '/readyz']) {
      assert.equal((await ask(port, path, 'POST')).statusCode, 405)
    }
  })

  test('says what went wrong when the text cannot be made', async (t) => {
    const port = await serve(t, {
      metrics: () => {
        throw new Error('no list of pods')
      },
    })
    const { statusCode, text } = await ask(port, '/metrics')
    assert.deepEqual([statusCode, text], [500, 'no list of pods\n'])
  })

  test('answers a probe however many connections are held', async (t) => {
    const port = await serve(t)
    const held = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'))
    t.after(() => held.forEach((socket) => socket.destroy()))
    await Promise.all(held.map((socket) => once(socket, 'connect')))
    assert.equal((await ask(port, '/healthz')).statusCode, 200)
  })

  test('goes on when a connection cannot be taken', async (t) => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    const listening = nextListener(t)
    const port = await serve(t, { log, retryMs: 1 })
    const server = listening()
    for (const text of ['accept ENOBUFS', 'accept ENOMEM']) server.emit('error', new Error(text))
    assert.equal((await ask(port, '/healthz')).statusCode, 200)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /accept ENOBUFS.*"a connection to the port was lost"/)
  })

  test('takes a port that is taken as soon as it is free, and says once that it waits', async (t) => {
    const lines: string[] = []
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } })
    const other = start()
    const port = await waitFor(() => other.port, soon)
    const server = start({ port, log, retryMs: 5 })
    t.after(() => server[Symbol.asyncDispose]())
    await waitFor(() => lines.length > 0, soon)
    await other[Symbol.asyncDispose]()
    await waitFor(() => server.port, soon)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"id":"daemon\/port-unavailable".*EADDRINUSE/)
  })
})
