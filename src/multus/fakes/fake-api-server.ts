// SPDX-License-Identifier: Apache-2.0

import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { KubernetesClient } from '../../kubernetes/index.ts'

/** An API server that answers GET from a table of paths and takes merge patches of metadata. */
export interface FakeApiServer extends AsyncDisposable {
  readonly client: KubernetesClient
  /** Objects by path, lists included. */
  readonly objects: Map<string, JsonObject>
  /** `GET /api/v1/…`, in order, with the query. */
  readonly requests: string[]
}

/** Starts such a server on the loopback, with a client for it. */
export async function startFakeApiServer(
  objects: Readonly<Record<string, JsonObject>>,
): Promise<FakeApiServer> {
  const known = new Map(Object.entries(objects))
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`)
    void answer(known, request, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const client = new KubernetesClient({ server: `http://127.0.0.1:${port}` })
  return {
    client,
    objects: known,
    requests,
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]()
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

async function answer(
  objects: Map<string, JsonObject>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk)
  const path = (request.url ?? '').split('?')[0]?.replace(/\/status$/, '') ?? ''
  const object = objects.get(path)
  response.setHeader('content-type', 'application/json')
  if (object === undefined) {
    const [resource, name] = path.split('/').slice(-2)
    response.statusCode = 404
    const message = `${resource} "${name}" not found`
    response.end(JSON.stringify({ kind: 'Status', code: 404, reason: 'NotFound', message }))
    return
  }
  const patch = chunks.length === 0 ? {} : parseJson(Buffer.concat(chunks))
  const merged = isJsonObject(patch) ? mergeMetadata(object, patch) : object
  objects.set(path, merged)
  response.end(JSON.stringify(merged))
}

function mergeMetadata(object: JsonObject, patch: JsonObject): JsonObject {
  const [old, changes] = [object, patch].map(({ metadata }) => (isJsonObject(metadata) ? metadata : {}))
  const annotations = [old, changes].map((one) => (isJsonObject(one?.annotations) ? one.annotations : {}))
  return { ...object, metadata: { ...old, ...changes, annotations: Object.assign({}, ...annotations) } }
}
