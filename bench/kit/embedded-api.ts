// SPDX-License-Identifier: Apache-2.0

import { isJsonObject } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { EmbeddedApiServer, pods as podResource } from '../../src/kubernetes/index.ts'
import type { ApiServer } from './api-server.ts'

/** The embedded API server in this process, over plain HTTP. */
export async function startEmbeddedApi(): Promise<ApiServer> {
  const server = await EmbeddedApiServer.start()
  const { hostname, port } = new URL(server.url)
  return {
    address: { host: hostname, port: Number(port) },
    setPods: (pods, definitions) => Promise.resolve(setPods(server, pods, definitions)),
    takeRequests: () => Promise.resolve(undefined),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

function setPods(
  server: EmbeddedApiServer,
  pods: readonly JsonObject[],
  definitions: readonly JsonObject[],
): ReadonlyMap<string, string> {
  const { api } = server
  server.apply(definitions)
  for (const { metadata } of api.list(podResource).items) {
    if (!isJsonObject(metadata) || typeof metadata.name !== 'string') continue
    api.remove(podResource, { namespace: 'default', name: metadata.name }, { gracePeriodSeconds: 0 })
  }
  const uids = new Map<string, string>()
  for (const pod of pods) {
    const { metadata } = api.create(pod)
    if (isJsonObject(metadata) && typeof metadata.name === 'string' && typeof metadata.uid === 'string')
      uids.set(metadata.name, metadata.uid)
  }
  return uids
}
