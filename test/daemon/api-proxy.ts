// SPDX-License-Identifier: Apache-2.0

import { createServer, request } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Namespace } from '../../src/linux/index.ts'
import { writeKubeconfig } from '../bad-input/write-kubeconfig.ts'

interface Cleanup {
  after(step: () => void): void
}

/** One request to the API server, on its way. */
export interface ProxiedCall {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** What becomes of it instead of its way to the server: it is never answered, or is answered here. */
export type Interception = 'hold' | { readonly status: number; readonly body: object } | undefined

/** The way of one node to the API server, on which requests can be caught. */
export interface ApiProxyOptions {
  /** The network namespace of the node. */
  readonly host: Namespace
  /** Address of the API server. */
  readonly server: string
  readonly intercept: (call: ProxiedCall) => Interception
}

/** Opens such a way, until the end of the test, and gives the path of a kubeconfig for it. */
export function openApiProxy(t: Cleanup, { host, server, intercept }: ApiProxyOptions): string {
  const proxy = createServer((incoming, response) => {
    // Ended by the daemon's death, or by the end of the test.
    pass(incoming, response, { server, intercept }).catch(() => response.destroy())
  })
  // Without a host name the socket is bound in the same tick, and so in the node's namespace.
  host.run(() => void proxy.listen(0))
  t.after(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
  return writeKubeconfig(t, `http://127.0.0.1:${address.port}`)
}

async function pass(
  incoming: IncomingMessage,
  response: ServerResponse,
  { server, intercept }: Omit<ApiProxyOptions, 'host'>,
): Promise<void> {
  const { method = 'GET', url: path = '/', headers } = incoming
  const body = await buffer(incoming)
  const caught = intercept({ method, path, body: body.toString() })
  if (caught === 'hold') return
  if (caught !== undefined) {
    response.writeHead(caught.status, { 'content-type': 'application/json' }).end(JSON.stringify(caught.body))
    return
  }
  const onward = request(new URL(path, server), { method, headers, agent: false })
  onward.on('error', () => response.destroy())
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders()
    answer.on('error', () => response.destroy()).pipe(response)
  })
  response.once('close', () => onward.destroy())
  onward.end(body)
}
