// SPDX-License-Identifier: Apache-2.0

import { errorIdOf, PlaitError } from '../../base/index.ts'
import type { ErrorId, Log } from '../../base/index.ts'
import { CniError, cniErrorCode } from '../../cni/index.ts'
import type { NetworkSelection } from '../networks/annotation/selection.ts'
import { loadAuxiliaryChain } from './auxiliary-chain.ts'
import type { CallBounds, Cluster } from '../cluster.ts'
import type { MultusConfig } from '../config/config.ts'
import { planDefaultRoutes } from '../attach/default-route.ts'
import type { DefaultRouteChange } from '../attach/default-route.ts'
import type { Delegate } from './delegate.ts'
import { asMaster } from './load.ts'
import type { DevicePool } from '../devices/device-pool.ts'
import { textOf } from '../errors.ts'
import { checkIsolation } from '../networks/isolation.ts'
import { loadDefinition } from '../networks/nad.ts'
import type { DefinitionContext } from '../networks/nad.ts'
import { defaultNetworkAnnotation, networksAnnotation, parseNetworks } from '../networks/networks.ts'
import type { PodInfo } from '../pod/pod.ts'
import { selectNetwork } from '../networks/selector.ts'

/** What the delegates of a pod are made from. */
export interface AssemblyContext {
  readonly config: MultusConfig
  /** Absent when nothing is known about the pod: then its annotations count for nothing. */
  readonly pod: PodInfo | undefined
  /** Absent without Kubernetes: then there are the delegates of the configuration and no others. */
  readonly cluster: Cluster | undefined
  readonly devices: DevicePool
  readonly bounds: CallBounds
  readonly log: Log
  readonly onMissing: DefinitionContext['onMissing']
}

/** The networks of a pod in the order of ADD, the default one first, and what happens to default routes. */
export interface Assembly {
  readonly delegates: readonly Delegate[]
  /** One per delegate. */
  readonly routes: readonly DefaultRouteChange[]
}

/**
 * The networks of the configuration: the default one and, for pods outside the system namespaces, those
 * that every pod gets (§5.5 step 1).
 *
 * @throws PlaitError with upstream's text `GetDefaultNetworks: …` (CFG-5, SEL-6).
 */
export async function configuredDelegates(context: AssemblyContext): Promise<readonly Delegate[]> {
  const { config, cluster, pod, devices, bounds } = context
  if (config.clusterNetwork === '') return config.delegates
  if (cluster === undefined) {
    throw new PlaitError(
      'multus/no-api',
      'GetDefaultNetworks: must have either Kubernetes config or delegates',
    )
  }
  const { confDir, multusNamespace } = config
  const selecting = { cluster, confDir, multusNamespace, devices, bounds }
  const master = await selectNetwork(config.clusterNetwork, selecting).catch((error: unknown) => {
    const failed = `GetDefaultNetworks: failed to get clusterNetwork ${config.clusterNetwork} in namespace ${multusNamespace}`
    throw prefixed(failed, error, 'multus/network-missing')
  })
  const delegates = [asMaster(master)]
  if (pod === undefined || config.systemNamespaces.includes(pod.namespace)) return delegates
  for (const selector of config.defaultNetworks) delegates.push(await selectNetwork(selector, selecting))
  return delegates
}

/**
 * All networks of a pod: those of the configuration, changed and extended by its annotations (§5.5 steps
 * 3 to 5).
 *
 * @throws PlaitError with upstream's text; nothing was attached yet.
 */
export async function podDelegates(
  configured: readonly Delegate[],
  context: AssemblyContext,
): Promise<Assembly> {
  const { pod, cluster } = context
  if (cluster === undefined || pod === undefined) return withRoutes(configured)
  const [master, ...others] = configured
  const replacement = await loadDefaultNetwork(pod, cluster, context)
  const first = replacement ?? master
  const networks = await loadNetworks(pod, cluster, context)
  return withRoutes([...(first ? [first] : []), ...others, ...networks])
}

/** The delegates of an ADD: with the auxiliary chain behind them, which stands in no annotation (AUX). */
export function withAuxiliaryChain({ delegates, routes }: Assembly, context: AssemblyContext): Assembly {
  const chain = loadAuxiliaryChain(context.config, context.log)
  if (chain === undefined) return { delegates, routes }
  return { delegates: [...delegates, chain], routes: [...routes, { remove: [], add: [] }] }
}

function withRoutes(delegates: readonly Delegate[]): Assembly {
  return { delegates, routes: planDefaultRoutes(delegates.map(({ request }) => request)) }
}

async function loadDefaultNetwork(
  pod: PodInfo,
  cluster: Cluster,
  context: AssemblyContext,
): Promise<Delegate | undefined> {
  const annotation = pod.annotations[defaultNetworkAnnotation]
  if (annotation === undefined) return undefined
  try {
    const selection = onlyNetwork(annotation, context.config.multusNamespace)
    checkDefaultNetwork(selection, pod, context.config)
    return asMaster(await loadNamed(selection, definitionContext(cluster, context)))
  } catch (error) {
    throw prefixed(
      'TryLoadPodDelegates: error in loading K8s cluster default network from pod annotation',
      error,
    )
  }
}

// DN-1: upstream never applies isolation here, which lets a pod around it (BUG-27). It is applied on request.
function checkDefaultNetwork({ namespace }: NetworkSelection, pod: PodInfo, config: MultusConfig): void {
  if (!config.isolateDefaultNetwork || namespace === config.multusNamespace) return
  checkIsolation(config, pod.namespace, namespace)
}

// DN-2, DN-3; an empty list, which upstream does not survive, is an error like an empty text.
function onlyNetwork(annotation: string, multusNamespace: string): NetworkSelection {
  const [selection, ...more] = parseNetworks(annotation, multusNamespace)
  if (selection === undefined) {
    throw invalid('tryLoadK8sPodDefaultNetwork: pod annotation does not have "network" as key')
  }
  if (more.length === 0) return selection
  throw invalid(`tryLoadK8sPodDefaultNetwork: more than one default network is specified: ${annotation}`)
}

async function loadNetworks(
  pod: PodInfo,
  cluster: Cluster,
  context: AssemblyContext,
): Promise<readonly Delegate[]> {
  const selections = parseNetworks(pod.annotations[networksAnnotation] ?? '', pod.namespace)
  const delegates: Delegate[] = []
  for (const selection of selections) {
    delegates.push(await loadNetwork(selection, pod, definitionContext(cluster, context), context.config))
  }
  return delegates
}

async function loadNetwork(
  selection: NetworkSelection,
  pod: PodInfo,
  definition: DefinitionContext,
  config: MultusConfig,
): Promise<Delegate> {
  const failed = 'TryLoadPodDelegates: error in getting k8s network for pod: GetNetworkDelegates'
  try {
    checkIsolation(config, pod.namespace, selection.namespace)
  } catch (error) {
    throw prefixed(failed, error)
  }
  try {
    return await loadNamed(selection, definition)
  } catch (error) {
    throw prefixed(`${failed}: failed getting the delegate`, error)
  }
}

// Upstream's texts do not say which definition cannot be used.
async function loadNamed(selection: NetworkSelection, definition: DefinitionContext): Promise<Delegate> {
  try {
    return await loadDefinition(selection, definition)
  } catch (error) {
    const id = errorIdOf(error)
    if (id === undefined || !unusable.has(id)) throw error
    const place = `network-attachment-definition ${selection.namespace}/${selection.name}`
    const details = `correct spec.config of ${place}: a JSON object with "type", or with a list "plugins"`
    throw new CniError(cniErrorCode.internal, textOf(error), { details, id, cause: error })
  }
}

const unusable: ReadonlySet<ErrorId> = new Set<ErrorId>([
  'config/invalid',
  'config/json-invalid',
  'multus/nad-invalid',
])

function definitionContext(cluster: Cluster, context: AssemblyContext): DefinitionContext {
  const { config, devices, bounds, onMissing } = context
  return { cluster, confDir: config.confDir, devices, bounds, onMissing }
}

function prefixed(prefix: string, error: unknown, id: ErrorId = 'multus/annotation-invalid'): PlaitError {
  return new PlaitError(errorIdOf(error) ?? id, `${prefix}: ${textOf(error)}`, { cause: error })
}

function invalid(message: string): PlaitError {
  return new PlaitError('multus/annotation-invalid', message)
}
