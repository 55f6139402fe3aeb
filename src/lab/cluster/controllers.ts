// SPDX-License-Identifier: Apache-2.0

import type { Log } from '../../base/index.ts'
import { Informer, type KubernetesClient, deployments, pods, replicaSets } from '../../kubernetes/index.ts'
import { reconcileDeployment } from './deployment.ts'
import { LevelLoop } from './level-loop.ts'
import { reconcileReplicaSet, type ReconcileTools } from './replicas.ts'
import { StatusWriter } from './status-writer.ts'

/** What the controllers work with. */
export interface ControllerOptions {
  readonly client: KubernetesClient
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Keeps deployments and replica sets at the pods that they want. Each round reads the present state from the API
 * server, so that nothing is made twice because a watch lags behind.
 */
export function startControllers(options: ControllerOptions): void {
  const { client, log, signal } = options
  const tools = { client, status: new StatusWriter(client) }
  const loop = new LevelLoop(async () => reconcileAll(tools, signal), { log, signal })
  const trigger = (): void => loop.trigger()
  const informers = [
    new Informer(client, deployments, { log }),
    new Informer(client, replicaSets, { log }),
    new Informer(client, pods, { log }),
  ]
  for (const informer of informers) {
    informer.on({ added: trigger, updated: trigger, removed: trigger })
    informer.start(signal)
  }
}

async function reconcileAll(tools: ReconcileTools, signal: AbortSignal): Promise<void> {
  const { client } = tools
  const sets = await client.list(replicaSets, { signal })
  for (const deployment of (await client.list(deployments, { signal })).items) {
    if (deployment.metadata.deletionTimestamp === undefined) {
      await reconcileDeployment(tools, deployment, sets.items)
    }
  }
  const all = await client.list(pods, { signal })
  for (const set of (await client.list(replicaSets, { signal })).items) {
    if (set.metadata.deletionTimestamp === undefined) await reconcileReplicaSet(tools, set, all.items)
  }
}
