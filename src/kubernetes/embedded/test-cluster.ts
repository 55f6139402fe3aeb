// SPDX-License-Identifier: Apache-2.0

import { setImmediate } from 'node:timers/promises'
import { silentLog } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { createCluster, fillCluster } from './cluster-setup.ts'
import type { Cluster } from './cluster.ts'
import { startControllers } from './controllers/controllers.ts'
import { EmbeddedApi } from './embedded-api.ts'

/** A cluster without HTTP, for tests. */
export interface TestCluster extends Disposable {
  readonly cluster: Cluster
  readonly api: EmbeddedApi
  /** Moves the clock on. */
  readonly pass: (seconds: number) => void
}

/** A new cluster whose clock stands still at the start of 2026. */
export function testCluster(): TestCluster {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const limits = { eventHistory: 100, objects: 1000 }
  const cluster = createCluster({ limits, log: silentLog, now: () => new Date(now) })
  const controllers = startControllers(cluster)
  fillCluster(cluster, [])
  return {
    cluster,
    api: new EmbeddedApi(cluster, 'tester'),
    pass: (seconds) => {
      now += seconds * 1000
    },
    [Symbol.dispose]: () => controllers[Symbol.dispose](),
  }
}

/** Lets the controllers do all that is due, and what follows from it. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await setImmediate()
}

/** Addresses of the resources that tests use. */
export const kinds = {
  pods: { group: '', version: 'v1', plural: 'pods' },
  configMaps: { group: '', version: 'v1', plural: 'configmaps' },
  namespaces: { group: '', version: 'v1', plural: 'namespaces' },
  services: { group: '', version: 'v1', plural: 'services' },
  accounts: { group: '', version: 'v1', plural: 'serviceaccounts' },
  events: { group: '', version: 'v1', plural: 'events' },
  newEvents: { group: 'events.k8s.io', version: 'v1', plural: 'events' },
  deployments: { group: 'apps', version: 'v1', plural: 'deployments' },
  definitions: { group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions' },
  nads: { group: 'k8s.cni.cncf.io', version: 'v1', plural: 'network-attachment-definitions' },
} as const

/** A config map with these data. */
export function configMap(name: string, data: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data }
}

/** A pod with one container. */
export function pod(name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  const containers = [{ name: 'main', image: 'busybox:1' }]
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, ...metadata }, spec: { containers, ...spec } }
}

/** Where an object of the default namespace is. */
export function at(
  name: string,
  namespace = 'default',
): { readonly namespace: string; readonly name: string } {
  return { namespace, name }
}
