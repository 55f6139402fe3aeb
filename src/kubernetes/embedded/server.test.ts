// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, test } from 'node:test'
import { isJsonObject } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { call, configMaps } from './http-call.ts'
import type { Call } from './http-call.ts'
import { EmbeddedApiServer } from './server.ts'
import { configMap, pod } from './test-cluster.ts'

const pods = '/api/v1/namespaces/default/pods'

/** What the server says to a request to change the protocol. */
async function upgraded(server: EmbeddedApiServer, path: string): Promise<string> {
  const { port, hostname } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: SPDY/3.1\r\n\r\n`)
  await once(socket, 'close')
  return Buffer.concat(parts).toString()
}

describe('the embedded server', () => {
  test('answers a request for health, and says which version it speaks', async () => {
    await using server = await EmbeddedApiServer.start()
    assert.equal((await call(server, '/readyz')).text, 'ok')
    assert.equal((await call(server, '/version')).body['gitVersion'], 'v1.32.0+plait')
  })

  test('lets in only who has the token', async () => {
    await using server = await EmbeddedApiServer.start({ token: 'secret' })
    assert.equal((await call(server, '/api')).code, 401)
    assert.equal((await call(server, '/api', { headers: { authorization: 'Bearer secre' } })).code, 401)
    assert.equal((await call(server, '/api', { headers: { authorization: 'Bearer secret' } })).code, 200)
  })

  test('refuses what it cannot do, with a Status that says why', async () => {
    await using server = await EmbeddedApiServer.start()
    const refused = async (path: string, options: Call, expected: JsonObject) => {
      const answer = await call(server, path, options)
      assert.equal(answer.body['kind'], 'Status', path)
      assert.partialDeepStrictEqual(answer.body, { ...expected, status: 'Failure' })
      assert.equal(answer.code, expected['code'])
    }
    await refused('/nowhere', {}, { code: 404, reason: 'NotFound' })
    await refused(
      '/api/v1/things',
      {},
      { code: 404, message: 'the server could not find the requested resource' },
    )
    await refused(
      `${configMaps}/a`,
      {},
      { code: 404, message: 'configmaps "a" not found', details: { name: 'a', kind: 'configmaps' } },
    )
    await refused(configMaps, { method: 'PUT', body: {} }, { code: 405, reason: 'MethodNotAllowed' })
    await refused('/api/v1/pods', { method: 'POST', body: pod('a') }, { code: 405 })
    await refused(configMaps, { method: 'POST', body: '{' }, { code: 400, reason: 'BadRequest' })
    await refused(
      configMaps,
      { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } },
      { code: 415, reason: 'UnsupportedMediaType' },
    )
    await refused(configMaps, { headers: { accept: 'text/html' } }, { code: 406, reason: 'NotAcceptable' })
    await refused(`${configMaps}/a/scale`, {}, { code: 404 })
    await refused(`${configMaps}?labelSelector=%3D`, {}, { code: 400 })
    await refused(
      configMaps,
      { method: 'POST', body: pod('a') },
      { code: 400, message: 'the kind in the data (Pod) does not match the expected kind (ConfigMap)' },
    )
  })

  test('refuses a body beyond its bound, and answers the next request', async () => {
    await using server = await EmbeddedApiServer.start({ limits: { bodyBytes: 1000 } })
    const answer = await call(server, configMaps, {
      method: 'POST',
      body: configMap('a', { k: 'x'.repeat(5000) }),
    })
    assert.partialDeepStrictEqual(answer.body, { code: 413, reason: 'RequestEntityTooLarge' })
    assert.equal((await call(server, '/readyz')).code, 200)
  })

  test('refuses what is nested without end, whatever it is written in', async () => {
    await using server = await EmbeddedApiServer.start()
    const deep = `{"metadata":{"name":"a"},"data":${'['.repeat(5000)}${']'.repeat(5000)}}`
    assert.match((await call(server, configMaps, { method: 'POST', body: deep })).text, /exceeded max depth/)
    const aliases = 'metadata: {name: a}\ndata: {k: &k "x", l: *k}\n'
    const headers = { 'content-type': 'application/yaml' }
    assert.equal((await call(server, configMaps, { method: 'POST', body: aliases, headers })).code, 400)
  })

  test('warns of fields that it drops', async () => {
    await using server = await EmbeddedApiServer.start()
    const { code, headers } = await call(server, configMaps, {
      method: 'POST',
      body: { ...configMap('a'), dat: 1 },
    })
    assert.deepEqual([code, headers.get('warning')], [201, String.raw`299 - "unknown field \"dat\""`])
  })

  test('takes and gives YAML', async () => {
    await using server = await EmbeddedApiServer.start()
    const yaml = 'metadata: {name: a}\ndata:\n  k: "1"\n'
    const made = await call(server, configMaps, {
      method: 'POST',
      body: yaml,
      headers: { 'content-type': 'application/yaml' },
    })
    assert.equal(made.code, 201)
    const { text } = await call(server, `${configMaps}/a`, { headers: { accept: 'application/yaml' } })
    assert.match(text, /^data:\n  k: "1"$/m)
  })

  test('creates nothing in a dry run', async () => {
    await using server = await EmbeddedApiServer.start()
    assert.equal(
      (await call(server, `${configMaps}?dryRun=All`, { method: 'POST', body: configMap('a') })).code,
      201,
    )
    assert.equal((await call(server, `${configMaps}/a`)).code, 404)
  })

  test('names the writer by its user agent when it does not name itself', async () => {
    await using server = await EmbeddedApiServer.start()
    const { body } = await call(server, configMaps, {
      method: 'POST',
      body: configMap('a', { k: 'v' }),
      headers: { 'user-agent': 'tool/1.0 (x)' },
    })
    assert.partialDeepStrictEqual(body['metadata'], { managedFields: [{ manager: 'tool' }] })
  })

  test('spares a client that kept its discovery', async () => {
    await using server = await EmbeddedApiServer.start()
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
    const first = await call(server, '/apis', { headers: { accept } })
    assert.equal(first.headers.get('content-type'), accept)
    const etag = first.headers.get('etag') ?? ''
    const again = await call(server, '/apis', { headers: { accept, 'if-none-match': etag } })
    assert.deepEqual([again.code, again.headers.get('content-type')], [304, accept])
    server.apply([{ ...configMap('a') }])
    assert.equal((await call(server, '/apis', { headers: { accept, 'if-none-match': etag } })).code, 304)
  })

  test('describes its types in OpenAPI, one document per group and version', async () => {
    await using server = await EmbeddedApiServer.start()
    const index = await call(server, '/openapi/v3')
    const { paths } = index.body
    assert.ok(isJsonObject(paths) && isJsonObject(paths['apis/k8s.cni.cncf.io/v1']))
    const { serverRelativeURL: url } = paths['apis/k8s.cni.cncf.io/v1']
    const { body } = await call(server, typeof url === 'string' ? url : '')
    assert.partialDeepStrictEqual(body, {
      components: {
        schemas: {
          'io.cncf.cni.k8s.v1.NetworkAttachmentDefinition': { properties: { spec: { type: 'object' } } },
        },
      },
    })
  })

  test('says that it has no logs and no exec when no hook is set', async () => {
    await using server = await EmbeddedApiServer.start()
    server.apply([pod('a')])
    const { body } = await call(server, `${pods}/a/log`)
    assert.partialDeepStrictEqual(body, { code: 501, reason: 'NotImplemented' })
    assert.match(JSON.stringify(body), /logs are not offered by this API server/)
    assert.equal((await call(server, `${pods}/a/exec?command=ls`, { method: 'POST' })).code, 501)
    assert.match(await upgraded(server, `${pods}/a/exec`), /^HTTP\/1.1 501 .*exec is not offered/s)
  })

  test('serves logs by its hook, and asks for the container where there are several', async () => {
    await using server = await EmbeddedApiServer.start({
      hooks: {
        async *logs({ name, container, tailLines, previous }) {
          if (previous) throw new Error('nothing ran here before')
          if (tailLines === 0) return
          yield `${name} ${container} `
          yield Buffer.from(String(tailLines))
        },
      },
    })
    server.apply([
      pod('a'),
      pod('b', {
        containers: [
          { name: 'x', image: 'i' },
          { name: 'y', image: 'i' },
        ],
      }),
    ])
    assert.equal((await call(server, `${pods}/a/log?tailLines=5`)).text, 'a main 5')
    assert.equal((await call(server, `${pods}/a/log?follow=true`)).text, 'a main undefined')
    const failed = await call(server, `${pods}/a/log?previous=true`)
    assert.deepEqual(
      [failed.code, failed.body['message']],
      [500, 'Internal error occurred: nothing ran here before'],
    )
    assert.deepEqual((await call(server, `${pods}/a/log?tailLines=0`)).text, '')
    assert.equal((await call(server, `${pods}/b/log?container=y`)).text, 'b y undefined')
    assert.match(
      (await call(server, `${pods}/b/log`)).text,
      /a container name must be specified for pod b, choose one of: \[x y\]/,
    )
    assert.match((await call(server, `${pods}/b/log?container=z`)).text, /container z is not valid for pod b/)
  })

  test('hands the connection of an exec to its hook', async () => {
    await using server = await EmbeddedApiServer.start({
      hooks: {
        stream: ({ name, subresource, query }, _message, socket) =>
          socket.end(`HTTP/1.1 101 x\r\n\r\n${name} ${subresource} ${query.get('command')}`),
      },
    })
    server.apply([pod('a')])
    assert.match(await upgraded(server, `${pods}/a/exec?command=ls`), /a exec ls$/)
    assert.match(await upgraded(server, `${pods}/b/exec?command=ls`), /^HTTP\/1.1 404 /)
  })

  test('can be closed twice', async () => {
    const server = await EmbeddedApiServer.start()
    await server.close()
    await server.close()
    await assert.rejects(fetch(server.url))
  })
})
