// SPDX-License-Identifier: Apache-2.0

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import type { ApiServer, ApiServerOptions } from './api-server.ts'

const host = '127.0.0.1'
const token = 'bench'

/** The API server that upstream's behaviour was recorded with: HTTP/2 and HTTP/1.1 with TLS, bodies in JSON or protobuf. */
export async function startRecordedApi(
  script: string,
  { directory, port }: ApiServerOptions,
): Promise<ApiServer> {
  const { caFile, keyFile } = makeCertificate(directory)
  const admin = join(directory, 'api.sock')
  const words = ['--port', String(port), '--admin', admin, '--token', token]
  const secrets = ['--tls-cert', caFile, '--tls-key', keyFile]
  const child = spawn(process.execPath, [script, ...words, ...secrets], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return {
    address: { host, port, tls: { caFile, token } },
    setPods: async (pods, definitions) => {
      await ask(admin, { method: 'PUT', path: '/objects' }, [...definitions, ...pods])
      return new Map(pods.map(uidOf))
    },
    takeRequests: async () => {
      const log = await ask(admin, { method: 'GET', path: '/log' })
      await ask(admin, { method: 'DELETE', path: '/log' })
      return Array.isArray(log) ? log.filter((entry) => !isWatch(entry)).length : 0
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
      rmSync(admin, { force: true })
    },
  }
}

function makeCertificate(directory: string): { readonly caFile: string; readonly keyFile: string } {
  const [caFile, keyFile] = [join(directory, 'api.crt'), join(directory, 'api.key')]
  const name = ['-subj', '/CN=bench', '-addext', `subjectAltName=IP:${host}`, '-days', '2']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const files = ['-nodes', '-keyout', keyFile, '-out', caFile]
  execFileSync('openssl', ['req', '-x509', ...curve, ...name, ...files], { stdio: 'ignore' })
  return { caFile, keyFile }
}

function uidOf({ metadata }: JsonObject): [string, string] {
  if (!isJsonObject(metadata) || typeof metadata.name !== 'string')
    throw new Error('Cannot set a pod without a name')
  return [metadata.name, typeof metadata.uid === 'string' ? metadata.uid : '']
}

function isWatch(entry: JsonValue): boolean {
  return isJsonObject(entry) && isJsonObject(entry.query) && typeof entry.query.watch === 'string'
}

async function ask(
  socketPath: string,
  call: { readonly method: string; readonly path: string },
  body?: readonly JsonObject[],
): Promise<JsonValue> {
  const sent = request({ socketPath, ...call })
  sent.end(body && JSON.stringify(body))
  const [response] = await once(sent, 'response')
  const answer = await text(response)
  if (response.statusCode !== 200)
    throw new Error(`Cannot ${call.method} ${call.path} of the API server: ${response.statusCode} ${answer}`)
  return parseJson(answer)
}
