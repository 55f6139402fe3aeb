// SPDX-License-Identifier: Apache-2.0

// For the tests of this folder: a client of a scripted server.

import { KubernetesClient } from './client.ts'
import type { ClientOptions } from './client.ts'
import { ScriptedServer } from './scripted-server.ts'
import type { Script } from './scripted-server.ts'

/** What such a server may answer. */
export const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '7' },
  spec: { nodeName: 'n1' },
}

/** A server that says what it is told to, and a client of it; both end together. */
export async function serve(script: Script, options: ClientOptions = {}) {
  const server = await ScriptedServer.start(script)
  const client = new KubernetesClient({ server: server.url }, options)
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
