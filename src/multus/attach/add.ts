// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../base/index.ts'
import {
  CniError,
  cniErrorCode,
  goQuote,
  toCniError,
  validateInterfaceName,
  validatePluginType,
} from '../../cni/index.ts'
import type { CniResult } from '../../cni/index.ts'
import { attachAll } from './attach-all.ts'
import { assemblyContext } from '../call.ts'
import type { Call } from '../call.ts'
import { configuredDelegates, podDelegates, withAuxiliaryChain } from '../delegate/delegates.ts'
import type { Assembly, AssemblyContext } from '../delegate/delegates.ts'
import { pluginsOf } from '../delegate/delegate.ts'
import { noDevices } from '../devices/device-pool.ts'
import { attachError, commandError, withPrefix } from '../errors.ts'
import { interfaceTaken } from './interface-check.ts'
import { findNameClash, interfaceNames } from './interface-names.ts'
import type { AddPlan } from './plan.ts'
import { findPod } from '../pod/pod.ts'
import type { PodInfo } from '../pod/pod.ts'
import { waitUntilReady } from '../pod/readiness.ts'

/**
 * Attaches a pod to all its networks, in order, or to none (spec §5.3).
 *
 * @returns the result of the default network.
 * @throws CniError; what was made is taken back.
 */
export async function add(call: Call): Promise<CniResult> {
  const { request } = call
  const plan = await prepare(call).catch((error: unknown) => {
    throw commandError(error, request.args)
  })
  if (plan === undefined) return nothingAttached(request)
  checkNames(plan, request.args)
  const { containerId, ifName } = request
  return call.services.attachGate
    .attach({ containerId, ifName }, () => attachAll(call, plan), call.signal)
    .catch((error: unknown) => {
      throw error instanceof CniError ? error : commandError(error, request.args)
    })
}

async function prepare(call: Call): Promise<AddPlan | undefined> {
  const { request, services, attempt, log, signal } = call
  const { config, ifName } = request
  await attempt.step('readiness', () =>
    waitUntilReady(config.readinessIndicatorFile, services.readinessTiming, signal),
  )
  const pod = await attempt.step('pod', () => podOf(call))
  if (pod === 'gone') return undefined
  const context = assemblyContext(call, pod, pod ? services.devicesOf(pod) : noDevices)
  const assembly = await attempt.step('networks', () => assemble(context))
  if (assembly.delegates.length === 0) {
    throw new Error('TryLoadPodDelegates: must have either Kubernetes config or delegates')
  }
  log.debug({ networks: assembly.delegates.map(({ name }) => name) }, 'networks of the pod')
  return { ...assembly, pod, names: interfaceNames(assembly.delegates, ifName) }
}

// ADD-4: upstream answers success without any network. Here that is an error which the kubelet tries again,
// unless the configuration asks for upstream's way.
async function podOf(call: Call): Promise<PodInfo | 'gone' | undefined> {
  const { request, services, signal } = call
  const { cluster, podTiming: timing } = services
  if (cluster === undefined) return undefined
  const { args, config } = request
  try {
    return await findPod({ cluster, args, timing, signal, runtimeConfig: config.runtimeConfig.others })
  } catch (error) {
    if (!config.strict && errorIdOf(error) === 'multus/pod-missing') return 'gone'
    throw error
  }
}

async function assemble(context: AssemblyContext): Promise<Assembly> {
  const configured = await withPrefix('failed to get clusterNetwork/defaultNetworks', () =>
    configuredDelegates(context),
  )
  const assembly = await withPrefix('error loading k8s delegates k8s args', () =>
    podDelegates(configured, context),
  )
  return withAuxiliaryChain(assembly, context)
}

/** Refuses names that cannot be used before anything is attached (IF-2 finds the second of two only then). */
function checkNames({ delegates, names }: AddPlan, pod: Call['request']['args']): void {
  for (const [index, delegate] of delegates.entries()) {
    try {
      checkInterfaceName(names[index] ?? '')
      for (const { type } of pluginsOf(delegate)) validatePluginType(type)
    } catch (error) {
      throw attachError(error, pod, delegate.network.name)
    }
  }
  const [first, second] = (findNameClash(names) ?? []).map((place) => delegates[place])
  if (first === undefined || second === undefined) return
  const name = names[delegates.indexOf(second)] ?? ''
  const by = `: it is the interface of ${first.name}, and ${second.name} asks for it as well`
  const { id, message } = interfaceTaken(second, name, by)
  const details = 'give one of them another name with "interface" or @name'
  throw attachError(new CniError(cniErrorCode.internal, message, { details, id }), pod, second.network.name)
}

// The Go library's texts do not show the name.
function checkInterfaceName(name: string): void {
  try {
    validateInterfaceName(name)
  } catch (error) {
    const { code, msg, id } = toCniError(error)
    const details = `it is ${goQuote(name)}; correct "interface" in the annotation of the pod`
    throw new CniError(code, msg, { details, id, cause: error })
  }
}

function nothingAttached({ ifName, netns }: Call['request']): CniResult {
  return {
    interfaces: [{ name: ifName, sandbox: netns }],
    ips: [{ address: '0.0.0.0/0', gateway: '0.0.0.0' }],
  }
}
