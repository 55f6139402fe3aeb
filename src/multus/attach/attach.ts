// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf, PlaitError, tryParseCidr, tryParseIp, parseMac } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { addNetwork, addNetworkList, delNetwork, delNetworkList, goQuote } from '../../cni/index.ts'
import type { CniArg, CniResult, Libcni, RuntimeConf } from '../../cni/index.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { capabilityArgs } from '../delegate/runtime-config.ts'
import type { RuntimeConfig } from '../delegate/runtime-config.ts'
import { isRefusal, isRemembered } from '../release/never-added.ts'

/** What all attachments of one call have in common. */
export interface AttachContext {
  readonly libcni: Libcni
  readonly containerId: string
  /** Path of the pod's network namespace; may be empty or gone at DEL. */
  readonly netns: string
  /** CNI_ARGS of every delegate (RT-2). */
  readonly args: readonly CniArg[]
  readonly runtimeConfig: RuntimeConfig
}

/**
 * Attaches a pod to one network.
 *
 * @throws CniError of the plugin, or the error of what comes before it.
 */
export async function attach(
  delegate: Delegate,
  interfaceName: string,
  context: AttachContext,
): Promise<CniResult> {
  const runtime = runtimeConf(delegate, interfaceName, context)
  const withRequests = { ...runtime, args: [...runtime.args, ...requestArgs(delegate)] }
  return delegate.isList
    ? addNetworkList(context.libcni, delegate.network, withRequests)
    : addNetwork(context.libcni, delegate.network, withRequests)
}

/**
 * Releases one attachment; one that is gone is no error, nor is one that its plugins refuse to look at as they
 * refused to add it. Upstream hides every failure of DEL instead (SHM-9).
 *
 * @param rememberedArgs capability arguments of the ADD, when they are known better than from the delegate.
 * @throws PlaitError `multus/detach-failed` with upstream's text (DEL-11).
 */
export async function detach(
  delegate: Delegate,
  interfaceName: string,
  context: AttachContext,
  rememberedArgs?: JsonObject,
): Promise<void> {
  const conf = runtimeConf(delegate, interfaceName, context)
  const runtime = { ...conf, capabilityArgs: rememberedArgs ?? conf.capabilityArgs }
  const wasAdded = isRemembered(context.libcni.cacheDir, { ...conf, networkName: delegate.network.name })
  try {
    await (delegate.isList
      ? delNetworkList(context.libcni, delegate.network, runtime)
      : delNetwork(context.libcni, delegate.network, runtime))
  } catch (error) {
    if (!wasAdded && isRefusal(error)) {
      const fields = { network: delegate.name, interfaceName, error: describeError(error) }
      context.libcni.log?.warn(fields, 'network that was never attached cannot be released, going on')
      return
    }
    const invoking = delegate.isList
      ? `ConflistDel - ${goQuote(delegate.network.name)}: conflistDel: error in getting result from DelNetworkList`
      : `DelegateDel - ${goQuote(delegate.network.type)}: error in getting result from DelNetwork`
    throw new PlaitError(
      errorIdOf(error) ?? 'multus/detach-failed',
      `DelegateDel: error invoking ${invoking}: ${describeError(error)}`,
      { cause: error },
    )
  }
}

/** What the runtime would say of one attachment; DEL and CHECK are told the same as ADD (RT-1, RC-5). */
export function runtimeConf(delegate: Delegate, interfaceName: string, context: AttachContext): RuntimeConf {
  const { containerId, netns, args, runtimeConfig } = context
  return {
    containerId,
    netns,
    ifName: interfaceName,
    args,
    capabilityArgs: capabilityArgs(runtimeConfig, delegate, { containerId, interfaceName }),
  }
}

/** Where the plugins of an attachment leave what they know about its device; undefined without one (RC-3). */
export function deviceInfoFile(
  delegate: Delegate,
  interfaceName: string,
  context: AttachContext,
): string | undefined {
  const { CNIDeviceInfoFile: path } = runtimeConf(delegate, interfaceName, context).capabilityArgs
  return typeof path === 'string' ? path : undefined
}

// RC-7: for ADD only, and after the arguments of the pod.
function requestArgs({ request: { mac, ips = [] } }: Delegate): readonly CniArg[] {
  if (mac) checkMac(mac)
  for (const ip of ips) checkIp(ip)
  return [
    ...(mac ? [['MAC', mac] as const] : []),
    ...(ips.length > 0 ? [['IP', ips.join(',')] as const] : []),
  ]
}

function checkMac(mac: string): void {
  try {
    parseMac(mac)
  } catch {
    throw new PlaitError(
      'multus/annotation-invalid',
      `DelegateAdd: failed to parse mac address ${goQuote(mac)}`,
    )
  }
}

function checkIp(ip: string): void {
  if (tryParseIp(ip) !== undefined || tryParseCidr(ip) !== undefined) return
  throw new PlaitError('multus/annotation-invalid', `DelegateAdd: failed to parse IP address ${goQuote(ip)}`)
}
