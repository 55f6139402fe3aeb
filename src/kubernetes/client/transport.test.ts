// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { errorIdOf } from '../../base/index.ts'
import { pods } from '../resources/pod.ts'
import type { ClientConfig } from './client-config.ts'
import { KubernetesClient } from './client.ts'
import { ScriptedServer } from './scripted-server.ts'
import type { Script } from './scripted-server.ts'

const fixtures = fileURLToPath(new URL('../../../test/fixtures/kubernetes-tls', import.meta.url))
const file = (name: string): string => join(fixtures, name)
const pem = (name: string): string => readFileSync(file(name), 'utf8')
const ref = { namespace: 'default', name: 'web' }

async function startTls(script: Script, options = {}): Promise<ScriptedServer> {
  return ScriptedServer.start(script, { cert: pem('server.pem'), key: pem('server-key.pem'), ...options })
}

async function getPod(config: ClientConfig): Promise<string> {
  await using client = new KubernetesClient(config)
  const pod = await client.get(pods, ref)
  return pod.metadata.name
}

describe('Transport over TLS', () => {
  it('accepts a server that the CA vouches for', async () => {
    await using server = await startTls((_, reply) => reply.json(200, { metadata: ref }))
    assert.equal(await getPod({ server: server.url, ca: { file: file('ca.pem') } }), 'web')
  })

  it('refuses a server of another CA with kubernetes/certificate', async () => {
    await using server = await startTls((_, reply) => reply.json(200, { metadata: ref }))
    await assert.rejects(
      getPod({ server: server.url, ca: { file: file('other-ca.pem') } }),
      (error) => errorIdOf(error) === 'kubernetes/certificate',
    )
    assert.deepEqual(server.requests, [])
  })

  it('refuses a certificate for another name, unless that name is the one to expect', async () => {
    await using server = await startTls((_, reply) => reply.json(200, { metadata: ref }))
    const config = { server: server.url, ca: { text: pem('ca.pem') } }
    const wrong = getPod({ ...config, tlsServerName: 'elsewhere.example' })
    await assert.rejects(wrong, (error) => errorIdOf(error) === 'kubernetes/certificate')
    assert.equal(await getPod({ ...config, tlsServerName: 'kubernetes.default.svc' }), 'web')
  })

  it('accepts any server when told so', async () => {
    await using server = await startTls((_, reply) => reply.json(200, { metadata: ref }))
    assert.equal(await getPod({ server: server.url, insecureSkipTlsVerify: true }), 'web')
  })

  it('shows its client certificate, and the new one once the file was replaced', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'plait-tls-'))
    const names: (string | string[] | undefined)[] = []
    const options = { requestCert: true, rejectUnauthorized: false, ca: pem('ca.pem') }
    await using server = await startTls((_, reply) => {
      const { socket } = reply.response
      names.push(socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : 'no TLS')
      reply.json(200, { metadata: ref })
    }, options)
    const clientCertificate = { file: join(directory, 'cert.pem') }
    const clientKey = { file: join(directory, 'key.pem') }
    const replace = async (name: string): Promise<void> => {
      await copyFile(file(`${name}.pem`), clientCertificate.file)
      await copyFile(file(`${name}-key.pem`), clientKey.file)
    }
    await replace('client')
    const config = { server: server.url, ca: { text: pem('ca.pem') }, clientCertificate, clientKey }
    await using client = new KubernetesClient(config, { credentialMaxAgeMs: 0 })
    await client.get(pods, ref)
    await replace('server')
    await client.get(pods, ref)
    await rm(directory, { recursive: true })
    assert.deepEqual(names, ['system:node:n1', 'kube-apiserver'])
  })

  it('reads certificate and key again when they did not match: only one was replaced yet', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'plait-tls-'))
    await using server = await startTls((_, reply) => reply.json(200, { metadata: ref }), {
      requestCert: true,
      ca: pem('ca.pem'),
    })
    const clientCertificate = { file: join(directory, 'cert.pem') }
    const clientKey = { file: join(directory, 'key.pem') }
    await copyFile(file('client.pem'), clientCertificate.file)
    await copyFile(file('server-key.pem'), clientKey.file)
    await using client = new KubernetesClient({
      server: server.url,
      ca: { text: pem('ca.pem') },
      clientCertificate,
      clientKey,
    })
    await assert.rejects(client.get(pods, ref), { id: 'kubernetes/credentials' })
    await copyFile(file('client-key.pem'), clientKey.file)
    const pod = await client.get(pods, ref)
    await rm(directory, { recursive: true })
    assert.equal(pod.metadata.name, 'web')
  })

  it('goes through a proxy when the configuration names one', async () => {
    await using server = await startTls((_, reply) => reply.json(200, { metadata: ref }))
    const tunnels: (string | undefined)[] = []
    const proxy = http.createServer()
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url)
      const upstream = net.connect(server.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        upstream.pipe(socket).pipe(upstream)
      })
      upstream.on('error', () => socket.destroy())
      socket.on('error', () => upstream.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const address: AddressInfo | string | null = proxy.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const config = { server: server.url, ca: { text: pem('ca.pem') }, proxyUrl: `http://127.0.0.1:${port}` }
    assert.equal(await getPod(config), 'web')
    assert.deepEqual(tunnels, [`127.0.0.1:${server.port}`])
    await new Promise((resolve) => proxy.close(resolve))
  })
})
