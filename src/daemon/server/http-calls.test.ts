// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { request } from 'node:http'
import { describe, test } from 'node:test'
import { createLog, waitFor } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import type { HandleCall } from '../requests/cni-call.ts'
import { nextListener } from './fakes/next-listener.ts'
import { ask, exchange, ok, startServer, stdin } from './fakes/started-server.ts'
import type { Answer } from './fakes/started-server.ts'
import { Readiness } from './readiness.ts'

describe("upstream's HTTP", () => {
  const env = {
    CNI_COMMAND: 'ADD',
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: '/run/netns/pod1',
    CNI_ARGS: 'K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
  }
  const config = stdin.toString('base64')
  const head =
    'ContainerID:"c1" Netns:"/run/netns/pod1" IfName:"eth0" Args:"K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1" Path:"" ERRORED: '

  test('has health and readiness, which differ once the daemon stops', async (context) => {
    const { server, dispatcher } = await startServer(context, ok)
    const look = async (): Promise<Answer[]> => [
      await ask(server.path, 'GET', '/healthz'),
      await ask(server.path, 'POST', '/readyz', { body: null }),
    ]
    const empty = { status: 200, body: '' }
    assert.deepEqual(await look(), [empty, empty])
    await dispatcher.stop({ drainMs: 0, undoMs: 0 })
    assert.deepEqual(await look(), [empty, { status: 500, body: 'daemon: it is stopping\n' }])
  })

  test('is ready once all conditions are met, and says which are not', async (context) => {
    const readiness = new Readiness()
    const pods = readiness.condition('pods', 'the first list has not come')
    const file = readiness.condition('configuration', 'there is no 00-multus.conf')
    const { server } = await startServer(context, ok, { readiness })
    const look = (): Promise<Answer> => ask(server.path, 'GET', '/readyz')
    const body = 'pods: the first list has not come\nconfiguration: there is no 00-multus.conf\n'
    assert.deepEqual(await look(), { status: 500, body })
    pods.meet()
    file.meet()
    assert.deepEqual(await look(), { status: 200, body: '' })
    file.fail('it was\nrenamed')
    assert.deepEqual(await look(), { status: 500, body: 'configuration: it was renamed\n' })
  })

  test("is ready for the calls of upstream's shim, which asks by POST, whatever else is wrong", async (context) => {
    const readiness = new Readiness()
    readiness.condition('configuration', 'there is no 00-multus.conf')
    const { server } = await startServer(context, ok, { readiness })
    assert.deepEqual(await ask(server.path, 'POST', '/readyz', { body: null }), { status: 200, body: '' })
    assert.equal((await ask(server.path, 'GET', '/readyz')).status, 500)
  })

  test('tells what was done for a pod', async (context) => {
    const entry = { namespace: 'default', name: 'web', uid: 'u', containerId: 'c1', command: 'ADD' }
    const attempt = { ...entry, startedAt: 1, durationMs: 2, steps: [{ step: 'pod', durationMs: 1 }] }
    const of = (namespace: string, name: string) =>
      `${namespace}/${name}` === 'default/web' ? [attempt] : []
    const { server } = await startServer(context, ok, { journal: { of } })
    const look = (query: string): Promise<Answer> => ask(server.path, 'GET', `/journal${query}`)
    assert.deepEqual(await look('?pod=default/web'), { status: 200, body: JSON.stringify([attempt]) })
    assert.deepEqual(await look('?pod=default/other'), { status: 200, body: '[]' })
    assert.equal((await look('?pod=web')).status, 400)
    assert.equal((await look('')).status, 400)
  })

  test('answers a client that offers another protocol in this one', async (context) => {
    const { server } = await startServer(context, ok)
    const headers = { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AA' }
    assert.equal((await ask(server.path, 'GET', '/healthz', { headers })).status, 200)
  })

  test('takes a DEL while the daemon stops, because the shim would say that it succeeded', async (context) => {
    const { server, dispatcher } = await startServer(context, () => Promise.resolve(''))
    await dispatcher.stop({ drainMs: 0, undoMs: 0 })
    const commands = ['DEL', 'ADD'].map(async (CNI_COMMAND) => {
      const body = { env: { ...env, CNI_COMMAND }, config }
      return (await ask(server.path, 'POST', '/cni', { body })).status
    })
    assert.deepEqual(await Promise.all(commands), [200, 400])
  })

  test('goes on when the kernel cannot take a connection', async (context) => {
    let text = ''
    const log = createLog({ level: 'warn', destination: { write: (line: string) => void (text += line) } })
    const listening = nextListener(context)
    const { server } = await startServer(context, ok, { log })
    listening().emit('error', new Error('accept ENOMEM'))
    assert.equal((await ask(server.path, 'GET', '/healthz')).status, 200)
    assert.match(text, /accept ENOMEM.*"a connection was lost"/)
  })

  test('answers 404 to what is no path', async (context) => {
    const { server } = await startServer(context, ok)
    assert.match(await exchange(server.path, 'GET //[ HTTP/1.1\r\nHost: plait\r\n\r\n'), /^HTTP\/1\.1 404 /)
  })

  test('answers 404 to other paths and 405 to other methods', async (context) => {
    const { server } = await startServer(context, ok)
    assert.deepEqual(await ask(server.path, 'GET', '/nope'), { status: 404, body: '' })
    assert.deepEqual(await ask(server.path, 'GET', '/cni'), { status: 405, body: 'Method not allowed\n' })
  })

  test('answers ADD with the result in the newest version', async (context) => {
    const printed = '{"cniVersion":"0.3.1","ips":[{"version":"4","address":"10.0.0.2/24"}],"dns":{}}'
    const { server } = await startServer(context, () => Promise.resolve(printed))
    const { status, body } = await ask(server.path, 'POST', '/cni', { body: { env, config } })
    assert.equal(status, 200)
    assert.deepEqual(JSON.parse(body), { Result: { cniVersion: '1.1.0', ips: [{ address: '10.0.0.2/24' }] } })
  })

  test('answers everything but ADD with nothing', async (context) => {
    const { server } = await startServer(context, () => Promise.resolve(''))
    const sent = { env: { ...env, CNI_COMMAND: 'DEL' }, config }
    assert.deepEqual(await ask(server.path, 'POST', '/cni', { body: sent }), { status: 200, body: '' })
  })

  test('gives an error as text around it, and one with a code of its own as JSON', async (context) => {
    const errors = [new Error('boom'), new CniError(11, 'later', { details: 'soon' })]
    const { server } = await startServer(context, () => Promise.reject(errors.shift()))
    assert.deepEqual(await ask(server.path, 'POST', '/cni', { body: { env, config } }), {
      status: 400,
      body: `${head}error configuring pod [default/pod1] networking: boom\n`,
    })
    assert.deepEqual(await ask(server.path, 'POST', '/cni', { body: { env, config } }), {
      status: 400,
      body: '{"code":11,"msg":"later","details":"soon"}',
    })
  })

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a string', 'x', 'json: cannot unmarshal string into Go value of type api.Request'],
    [
      'no command',
      { env: {}, config },
      'could not extract the CNI command args: unexpected or missing CNI_COMMAND',
    ],
    [
      'no container',
      { env: { CNI_COMMAND: 'DEL' }, config },
      'could not extract the CNI command args: missing CNI_CONTAINERID',
    ],
    [
      'a pair without a value in CNI_ARGS',
      { env: { ...env, CNI_ARGS: 'a' }, config },
      "could not extract the kubernetes runtime args: invalid CNI_ARG 'a'",
    ],
    [
      'no pod',
      { env: { ...env, CNI_ARGS: 'K8S_POD_NAMESPACE=x' }, config },
      'could not extract the kubernetes runtime args: missing K8S_POD_NAME',
    ],
    [
      'an empty pod name',
      { env: { ...env, CNI_ARGS: 'K8S_POD_NAMESPACE=x;K8S_POD_NAME=' }, config },
      'required CNI variable missing. pod name: ; pod namespace: x',
    ],
    ['an unknown command', { env: { ...env, CNI_COMMAND: 'FLY' }, config }, `${head}unknown cmd type: FLY`],
    ['a configuration that is no base64', { env, config: '?' }, 'illegal base64 data'],
    [
      'a number in env',
      { env: { CNI_COMMAND: 1 }, config },
      'json: cannot unmarshal number into Go struct field Request.env of type string',
    ],
  ]
  for (const [what, body, text] of refused) {
    test(`refuses ${what} with upstream's text`, async (context) => {
      const { server } = await startServer(context, ok)
      assert.deepEqual(await ask(server.path, 'POST', '/cni', { body }), { status: 400, body: `${text}\n` })
    })
  }

  test('refuses a body that is too large without reading it', async (context) => {
    const { server } = await startServer(context, ok)
    const headers = { 'Content-Length': 17 << 20, Expect: '100-continue' }
    assert.deepEqual(await ask(server.path, 'POST', '/cni', { headers }), {
      status: 413,
      body: 'http: request body too large\n',
    })
  })

  test('refuses a request for which the others leave no room, and takes it afterwards', async (context) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    let runs = false
    const handle: HandleCall = () => ((runs = true), promise)
    const { server } = await startServer(context, handle, { limits: { bytes: 1000 } })
    const body = { env, config, padding: 'x'.repeat(400) }
    const first = ask(server.path, 'POST', '/cni', { body })
    await waitFor(() => runs, { timeoutMs: 5000, what: 'the request' })
    assert.equal((await ask(server.path, 'POST', '/cni', { body })).status, 503)
    resolve('{"cniVersion":"1.0.0"}')
    assert.equal((await first).status, 200)
    assert.equal((await ask(server.path, 'POST', '/cni', { body })).status, 200)
  })

  test('lets an ADD go whose caller closes the connection', async (context) => {
    let seen: AbortSignal | undefined
    const { server } = await startServer(context, (_call, { signal }) => {
      seen = signal
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    })
    const asking = request({ socketPath: server.path, method: 'POST', path: '/cni' })
    asking.on('error', () => undefined)
    asking.end(JSON.stringify({ env, config }))
    await waitFor(() => seen, { timeoutMs: 5000, what: 'the request' })
    asking.destroy()
    await waitFor(() => seen?.aborted, { timeoutMs: 5000, what: 'the end of the request' })
  })
})
