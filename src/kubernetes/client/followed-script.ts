// SPDX-License-Identifier: Apache-2.0

// For the tests of Informer: one that follows a scripted server, and what it told.

import { silentLog, waitFor } from '../../base/index.ts'
import type { JsonObject, Log } from '../../base/index.ts'
import type { KubernetesObject } from '../resources/object-meta.ts'
import type { Resource } from '../resources/resource.ts'
import { KubernetesClient } from './client.ts'
import { Informer } from './informer.ts'
import type { InformerOptions } from './informer.ts'
import { ScriptedServer } from './scripted-server.ts'
import type { Script } from './scripted-server.ts'

/** Waits that a test need not notice. */
export const backoff = { firstMs: 1, maxMs: 4 }

/** A pod as the API gives it. */
export const pod = (name: string, resourceVersion: string, uid = name): JsonObject => ({
  metadata: { name, namespace: 'default', uid, resourceVersion },
  spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'i', command: ['sleep'] }] },
})

/** An answer to a list. */
export const podList = (resourceVersion: string, ...items: JsonObject[]): JsonObject => ({
  metadata: { resourceVersion },
  items,
})

/** Answers the nth list and the nth watch by the nth script; after the last one, nothing answers. */
export function inTurn({ lists, watches }: { lists: Script[]; watches: Script[] }): Script {
  return (request, reply) => {
    const next = (request.query.get('watch') === 'true' ? watches : lists).shift()
    return next?.(request, reply)
  }
}

/** An informer that is started, and what its handlers were told. */
export async function follow<T extends KubernetesObject>(
  script: Script,
  resource: Resource<T>,
  options: InformerOptions<T> = {},
) {
  const server = await ScriptedServer.start(script)
  const client = new KubernetesClient({ server: server.url })
  const informer = new Informer(client, resource, { backoff, ...options })
  const told: string[] = []
  const show = ({ metadata }: T): string => `${metadata.name}@${metadata.resourceVersion}`
  informer.on({
    added: (object) => void told.push(`added ${show(object)}`),
    updated: (object, previous) => void told.push(`updated ${show(previous)} to ${show(object)}`),
    removed: (object) => void told.push(`removed ${show(object)}`),
  })
  informer.start()
  return {
    server,
    informer,
    told,
    watches: () => server.requests.filter((line) => line.includes('watch=true')),
    lists: () => server.requests.filter((line) => !line.includes('watch=true')),
    until: async (check: () => boolean) => waitFor(check, { timeoutMs: 5000, what: 'the informer' }),
    async [Symbol.asyncDispose]() {
      await informer[Symbol.asyncDispose]()
      await client[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** A log that keeps its lines. */
export function collectingLog(): Log & { lines: string[] } {
  const lines: string[] = []
  const say = (level: string) => (fields: object, message: string) => {
    const error = 'error' in fields && fields.error instanceof Error ? `: ${fields.error.message}` : ''
    lines.push(`${level} ${message}${error}`)
  }
  const log = { ...silentLog, lines, info: say('info'), warn: say('warn'), error: say('error') }
  return { ...log, child: () => log }
}
