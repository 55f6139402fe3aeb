// SPDX-License-Identifier: Apache-2.0

import { silentLog } from '../base/index.ts'
import type { JsonObject, Log, Lull } from '../base/index.ts'
import { formatResult, formatVersionInfo, specVersion, supportedVersions } from '../cni/index.ts'
import type { CniCommand, CniResult, InvokePlugin, PluginHost } from '../cni/index.ts'
import type { KubernetesClient } from '../kubernetes/index.ts'
import { defaultDataDir, loadPlugins } from '../plugins/index.ts'
import { add } from './attach/add.ts'
import type { IsExternal } from './attach/order.ts'
import { AttachGate } from './gc/attach-gate.ts'
import { readBoot } from './gc/boot.ts'
import type { Boot } from './gc/boot.ts'
import { NodeCleaning } from './gc/cleaning.ts'
import type { Cleaning } from './gc/cleaning.ts'
import { DataDirs } from './gc/data-dirs.ts'
import type { Call, Services } from './call.ts'
import { check } from './check.ts'
import type { Cluster } from './cluster.ts'
import { cniStatus } from './cni-status.ts'
import { del } from './release/del.ts'
import { readDelegateRequest, runDelegate } from './delegate-request.ts'
import type { DelegateRequest } from './delegate-request.ts'
import { createDevicePool } from './devices/device-pool.ts'
import { lookUpDevices } from './devices/look-up-devices.ts'
import { gc } from './gc/gc.ts'
import { Journal } from './journal.ts'
import type { JournalEntry } from './journal.ts'
import { nodeKernel } from './kernel.ts'
import type { NodeKernel } from './kernel.ts'
import { createKubernetesCluster } from './kubernetes-cluster.ts'
import type { EventSink, NadSource, PodSource } from './kubernetes-cluster.ts'
import { explainingMissingPlugins } from './attach/missing-plugin.ts'
import { createPodAudit } from './audit/pod-audit.ts'
import type { PodAudit } from './audit/pod-audit.ts'
import { podTiming } from './pod/pod.ts'
import { readinessTiming } from './pod/readiness.ts'
import { readRequest } from './request/request.ts'
import { statusTiming, StatusWriter } from './status/write.ts'

/** What a Multus works with. Without a client and without a cluster there is no Kubernetes (CFG-6). */
export interface MultusOptions {
  readonly client?: KubernetesClient | undefined
  /** Informers; what they do not know is asked of the API. */
  readonly pods?: PodSource | undefined
  readonly nads?: NadSource | undefined
  readonly events?: EventSink | undefined
  /** In place of client, informers and events: for tests. */
  readonly cluster?: Cluster | undefined
  /** Runs plugins, bundled and foreign. */
  readonly invoke: InvokePlugin
  /** Which plugins are programs that are waited for: those may run side by side. None when absent. */
  readonly isExternal?: IsExternal
  readonly log?: Log
  /** Tells when no calls run: statuses stand back for them. */
  readonly lull?: Lull | undefined
  readonly kernel?: NodeKernel
  readonly timing?: Partial<Pick<Services, 'statusTiming' | 'podTiming' | 'readinessTiming' | 'gcGraceMs'>>
  /** The group that the bundled plugins were given for their links in pods; DEL removes them together then. */
  readonly linkGroup?: number
  readonly devicesOf?: Services['devicesOf']
  /** Keys of a configuration that hold before the first request came: where the records are that are cleaned up. */
  readonly settings?: JsonObject | undefined
  /** Where host-local keeps reservations unless a configuration says otherwise. @default /var/lib/cni/networks */
  readonly dataDir?: string
  /** In place of the one that the node is in: for tests. */
  readonly boot?: Boot
  /** Told of each command once it ended: for metrics. */
  readonly onAttempt?: ((entry: JournalEntry) => void) | undefined
  /** Told of a status that could not be written, after the reply: for metrics. */
  readonly onLateStatusFailure?: ((error: Error) => void) | undefined
}

/** Where a command comes from and what ends it early. */
export interface HandleOptions {
  readonly signal?: AbortSignal | undefined
  /** Where plugins that are programs are run; what `invoke` does by itself when absent. */
  readonly host?: PluginHost | undefined
  /** Where this call is told of, with fields that say which one it is; a child of Multus' own when absent. */
  readonly log?: Log | undefined
}

/** Multus: one object answers all calls of a node. */
export interface Multus extends AsyncDisposable {
  /**
   * Answers one CNI call.
   *
   * @param stdin what came on standard input: its bytes, or what parseStdinConfig() made of them.
   * @returns what goes to standard output: for ADD the result in the version of the configuration, for
   * VERSION the versions, nothing for the others.
   * @throws CniError with upstream's text.
   */
  handle(
    env: Readonly<Record<string, string | undefined>>,
    stdin: Uint8Array | JsonObject,
    options?: HandleOptions,
  ): Promise<string>
  /**
   * Executes one network for a pod that runs already (`POST /delegate`).
   *
   * @returns for ADD the result in the newest version, nothing for the others.
   * @throws CniError with upstream's text.
   */
  delegate(request: DelegateRequest, options?: HandleOptions): Promise<string>
  /** The last attempts of each pod. */
  readonly journal: Journal
  /** Frees what dead sandboxes hold; nothing of it runs by itself. */
  readonly cleaning: Cleaning
  /** Looks after pods that run; nothing of it runs by itself. Absent without Kubernetes. */
  readonly audit: PodAudit | undefined
}

/**
 * The pipeline of this node (docs/how-it-works/multus.md). Disposing of it waits for statuses that are still
 * being written.
 */
export function createMultus(options: MultusOptions): Multus {
  const services = createServices(options)
  const { cluster } = services
  const journal = new Journal()
  const boot = options.boot ?? readBoot()
  const cleaning = new NodeCleaning({
    services,
    settings: options.settings ?? {},
    boot,
    release: async (request, signal) => {
      await record(journal, options.onAttempt, { request, services, signal }, run)
    },
  })
  return {
    journal,
    cleaning,
    audit: cluster && createPodAudit({ services, cluster, boot, cniDirs: () => cleaning.cniDirs }),
    handle: async (env, stdin, { signal, host, log } = {}) => {
      if (env.CNI_COMMAND === 'VERSION') return formatVersionInfo(supportedVersions)
      const request = readRequest(env, stdin)
      await cleaning.prepare(request)
      const call = { request, services: hostedBy(services, host), signal, log }
      const result = await record(journal, options.onAttempt, call, run)
      return result === undefined ? '' : formatResult(result, request.config.cniVersion)
    },
    delegate: async (delegateRequest, { signal, host, log } = {}) => {
      const { request, delegate } = readDelegateRequest(delegateRequest)
      const work = (one: Call): Promise<CniResult | undefined> => runDelegate(one, delegate)
      const call = { request, services: hostedBy(services, host), signal, log }
      const result = await record(journal, options.onAttempt, call, work)
      return result === undefined ? '' : formatResult(result, specVersion)
    },
    [Symbol.asyncDispose]: async () => services.statusWriter.idle(),
  }
}

function createServices(options: MultusOptions): Services {
  const { invoke, log = silentLog, kernel = nodeKernel, timing = {} } = options
  const { client, pods, nads, events } = options
  const cluster = options.cluster ?? (client && createKubernetesCluster({ client, pods, nads, events }))
  const gcGraceMs = timing.gcGraceMs ?? 30_000
  const dataDirs = new DataDirs(options.dataDir ?? defaultDataDir)
  return {
    cluster,
    invoke: dataDirs.watching(explainingMissingPlugins(invoke, async () => (await loadPlugins()).keys())),
    dataDirs,
    isExternal: options.isExternal ?? (() => false),
    kernel,
    log,
    statusWriter: new StatusWriter(options.lull),
    attachGate: new AttachGate(gcGraceMs),
    statusTiming,
    podTiming,
    readinessTiming,
    ...timing,
    gcGraceMs,
    linkGroup: options.linkGroup ?? 0,
    devicesOf: options.devicesOf ?? ((pod) => createDevicePool(() => lookUpDevices(pod, { client }))),
    onLateStatusFailure: options.onLateStatusFailure ?? (() => undefined),
  }
}

function hostedBy(services: Services, host: PluginHost | undefined): Services {
  if (host === undefined) return services
  return { ...services, invoke: (invocation) => services.invoke({ ...invocation, host }) }
}

async function record(
  journal: Journal,
  onAttempt: MultusOptions['onAttempt'],
  given: Pick<Call, 'request' | 'services' | 'signal'> & { readonly log?: Log | undefined },
  work: (call: Call) => Promise<CniResult | undefined>,
): Promise<CniResult | undefined> {
  const { request, services, signal } = given
  const { command, containerId, args } = request
  const { namespace, name, uid } = args
  const attempt = journal.begin({ namespace, name, uid, containerId, command })
  const pod = name && { pod: `${namespace}/${name}` }
  const log = given.log ?? services.log.child({ command, containerId, ...pod })
  let failure: unknown
  try {
    return await work({ request, services, attempt, log, signal })
  } catch (error) {
    failure = error
    throw error
  } finally {
    const entry = attempt.end(failure)
    onAttempt?.(entry)
  }
}

async function run(call: Call): Promise<CniResult | undefined> {
  const { command } = call.request
  if (command === 'ADD') return add(call)
  await commands[command](call)
  return undefined
}

const commands: Readonly<Record<Exclude<CniCommand, 'ADD'>, (call: Call) => Promise<void>>> = {
  DEL: del,
  CHECK: check,
  GC: gc,
  STATUS: cniStatus,
  // Answered before there is a call: it has neither configuration nor container.
  VERSION: async () => undefined,
}
