// SPDX-License-Identifier: Apache-2.0

import { Lull } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { Namespace } from '../../linux/index.ts'
import { createMultus } from '../../multus/index.ts'
import type { Multus } from '../../multus/index.ts'
import { loadPlugins } from '../../plugins/index.ts'
import { startAutoconfig } from '../autoconfig/start-autoconfig.ts'
import type { DaemonConfig } from '../config/daemon-config.ts'
import { Daemon } from '../daemon.ts'
import { Housekeeper } from '../housekeeping/housekeeper.ts'
import type { HousekeeperOptions } from '../housekeeping/housekeeper.ts'
import { PodAuditor } from '../housekeeping/pod-auditor.ts'
import { NodeMetrics } from '../metrics/node-metrics.ts'
import type { HandleCall } from '../requests/cni-call.ts'
import { createPrograms } from '../requests/run-program.ts'
import type { ProgramOptions } from '../requests/run-program.ts'
import { Readiness } from '../server/readiness.ts'
import { Spool } from '../spool/spool.ts'
import { connectCluster } from './cluster-view.ts'
import type { ClusterView } from './cluster-view.ts'
import { createNodePlugins, podLinkGroup } from './node-plugins.ts'
import { readNodeName } from './node-name.ts'
import { startPort } from './node-port.ts'

/** A daemon with all that it is made of; disposing of it stops it and then lets go of everything. */
export interface NodeDaemon extends AsyncDisposable {
  readonly socketPath: string
  /** As {@link Daemon.stop}. */
  stop(): Promise<void>
}

/** What else a daemon is started with. */
export interface NodeDaemonOptions {
  /** Ends a start that waits for another daemon. */
  readonly signal?: AbortSignal
}

/**
 * Starts the daemon of this node: bundled plugins, informers where there is a cluster, Multus, the socket. It serves
 * at once: what the informers do not know yet is asked of the API.
 *
 * @throws PlaitError when the socket or the credentials cannot be had.
 */
export async function startNodeDaemon(
  config: DaemonConfig,
  log: Log,
  { signal }: NodeDaemonOptions = {},
): Promise<NodeDaemon> {
  const readiness = new Readiness()
  await using parts = new AsyncDisposableStack()
  const plugins = await loadPlugins()
  const namespace = parts.use(Namespace.current())
  const metrics = config.port && new NodeMetrics(plugins.keys())
  const nodePlugins = createNodePlugins({ plugins, config, log, namespace, metrics })
  const nodeName = readNodeName(process.env)
  const lull = new Lull()
  const cluster = await connectCluster(config, { nodeName, log, lull, parts })
  const spool = new Spool({ directory: config.spoolDir, host: nodePlugins.hosts.of(undefined, true), log })
  let served: Daemon | undefined
  const told = { metrics, readiness, daemon: () => served, nodePlugins, ownPods: cluster.ownPods, spool, log }
  parts.use(startPort(config.port, told))
  const multus = parts.use(
    createMultus({
      ...cluster,
      ...nodePlugins,
      ...metrics?.multusHooks,
      log,
      lull,
      linkGroup: podLinkGroup,
      settings: config.override,
    }),
  )
  await startHousekeeping(config, { multus, log, onRound: metrics?.cleaned, parts })
  const daemon = await Daemon.start({
    socketDir: config.socketDir,
    handle: spool.guard(createHandle(config, { multus, plugins, invoke: nodePlugins.invokeAlone })),
    readiness,
    hosts: nodePlugins.hosts,
    metrics,
    journal: multus.journal,
    lull,
    signal,
    log,
    limits: config.connectionLimit === undefined ? {} : { concurrency: config.connectionLimit },
  })
  served = daemon
  parts.defer(() => daemon.stop())
  parts.use(spool).start((call) => daemon.answer(call))
  const keepers = parts.use(await startKeepers(config, { multus, cluster, readiness, nodeName, log }))
  const owned = parts.move()
  return {
    socketPath: daemon.socketPath,
    stop: async () => {
      // Before the next daemon begins to write its own.
      await keepers.disposeAsync()
      await daemon.stop()
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function createHandle(
  { override }: DaemonConfig,
  {
    plugins,
    ...parts
  }: Pick<ProgramOptions, 'multus' | 'invoke'> & { plugins: ReadonlyMap<string, unknown> },
): HandleCall {
  const pluginTypes = new Set(plugins.keys())
  return createPrograms({ ...parts, pluginTypes, override, ignoreReadinessIndicator: false })
}

interface KeeperParts {
  readonly multus: Multus
  readonly cluster: ClusterView
  readonly readiness: Readiness
  readonly nodeName: string | undefined
  readonly log: Log
}

/** Begins to keep the node's CNI configuration in place, and to look after the pods that run. */
async function startKeepers(
  { autoconfig, missingNetworks: policy }: DaemonConfig,
  { multus: { audit }, cluster: { ownPods: pods, events }, readiness, nodeName, log }: KeeperParts,
): Promise<AsyncDisposableStack> {
  await using keepers = new AsyncDisposableStack()
  if (autoconfig) keepers.use(await startAutoconfig(autoconfig, { log, readiness, events, nodeName }))
  if (audit && pods) keepers.use(PodAuditor.start({ audit, pods, readiness, policy, log }))
  return keepers.move()
}

interface HousekeepingParts extends Pick<HousekeeperOptions, 'log' | 'onRound'> {
  readonly multus: Multus
  readonly parts: AsyncDisposableStack
}

async function startHousekeeping(
  { housekeepingIntervalMs: intervalMs }: DaemonConfig,
  { multus, parts, ...options }: HousekeepingParts,
): Promise<void> {
  if (intervalMs === 0) return
  parts.use(await Housekeeper.start({ ...options, cleaning: multus.cleaning, timing: { intervalMs } }))
}
