// SPDX-License-Identifier: Apache-2.0

// The file below cniDir that says how a pod was attached. Upstream can read what is written here, and the
// other way round, so that either can DEL the pods of the other (spec §5.9).

import { formatGoJson, getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import type { AttachmentRequest } from '../networks/annotation/selection.ts'
import { gatewayFilters } from '../attach/default-route.ts'
import { deviceIdOf, pluginsOf } from '../delegate/delegate.ts'
import type { Delegate } from '../delegate/delegate.ts'

/** The member of the first delegate that holds the {@link Sandbox}. */
export const sandboxMember = 'sandbox'

/** The sandbox of a pod, as the runtime named it at ADD: what tells later whether it is still there. */
export interface Sandbox {
  /** Path of its network namespace; empty when unknown. */
  readonly netns: string
  readonly ifName: string
  /** CNI_ARGS, which name the pod. */
  readonly args: string
}

/**
 * The text of the file for the delegates of one pod, in their order. The first one also says of which sandbox they are:
 * a member of ours, which upstream skips.
 */
export function formatScratchFile(delegates: readonly Delegate[], sandbox?: Sandbox): string {
  const filters = gatewayFilters(delegates.map(({ request }) => request))
  return formatGoJson(
    delegates.map((delegate, index) => {
      const { v4 = false, v6 = false } = filters[index] ?? {}
      return {
        ...formatConfigs(delegate),
        Name: delegate.name,
        ...formatRequest(delegate.request),
        IsFilterV4Gateway: v4,
        IsFilterV6Gateway: v6,
        ...formatDevice(delegate),
        Bytes: delegate.network.bytes.toString('base64'),
        ...(index === 0 && sandbox && { [sandboxMember]: { ...sandbox } }),
      }
    }),
  )
}

// A list from a file has no top-level part upstream, and stands in CNINetworkConfigList in full.
function formatConfigs(delegate: Delegate): JsonObject {
  return {
    Conf: delegate.isFromListFile ? { ipam: {} } : standardFields(delegate.config),
    ConfList: delegate.isList ? formatList(delegate) : {},
    CNINetworkConfigList: delegate.isList && delegate.isFromListFile ? formatFullList(delegate) : noFullList,
  }
}

function formatList(delegate: Delegate & { isList: true }): JsonObject {
  const { name, cniVersion, disableCheck, disableGC, plugins } = delegate.network
  return {
    ...(cniVersion && { cniVersion }),
    ...(name && { name }),
    ...(disableCheck && { disableCheck }),
    ...(disableGC && { disableGC }),
    plugins: plugins.map(({ config }) => standardFields(config)),
  }
}

const noFullList: JsonObject = {
  Name: '',
  CNIVersion: '',
  DisableCheck: false,
  DisableGC: false,
  LoadOnlyInlinedPlugins: false,
  Plugins: null,
  Bytes: null,
}

function formatFullList(delegate: Delegate & { isList: true }): JsonObject {
  const { name, cniVersion, disableCheck, disableGC, loadOnlyInlinedPlugins, bytes } = delegate.network
  return {
    Name: name,
    CNIVersion: cniVersion,
    DisableCheck: disableCheck,
    DisableGC: disableGC,
    LoadOnlyInlinedPlugins: loadOnlyInlinedPlugins,
    Plugins: pluginsOf(delegate).map(({ config }) => ({
      Network: standardFields(config),
      Bytes: Buffer.from(formatGoJson(config, { sortKeys: true })).toString('base64'),
    })),
    Bytes: bytes.toString('base64'),
  }
}

/** The members that libcni's types know; `ipam` is always there, with its type alone. */
function standardFields(config: JsonObject): JsonObject {
  const text = (key: string): string | undefined => {
    const value = getCaseInsensitive(config, key)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const [capabilities, ipam, dns] = ['capabilities', 'ipam', 'dns'].map((key) =>
    getCaseInsensitive(config, key),
  )
  const ipamType = isJsonObject(ipam) ? getCaseInsensitive(ipam, 'type') : undefined
  return {
    ...(isFilled(capabilities) && { capabilities }),
    ...(text('cniVersion') && { cniVersion: text('cniVersion') }),
    ...(isFilled(dns) && { dns }),
    ipam: ipamType ? { type: ipamType } : {},
    ...(text('name') && { name: text('name') }),
    ...(text('type') && { type: text('type') }),
  }
}

function isFilled(value: unknown): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).length > 0
}

// Port mappings and bandwidth are ours: upstream forgets them and DELs without (BUG-11).
function formatRequest(request: AttachmentRequest): JsonObject {
  const { interfaceName, mac, infinibandGuid, ips, portMappings, bandwidth, defaultRoute } = request
  return {
    ...(interfaceName && { ifnameRequest: interfaceName }),
    ...(mac && { macRequest: mac }),
    ...(infinibandGuid && { infinibandGUIDRequest: infinibandGuid }),
    ...(ips?.length && { ipRequest: ips }),
    ...(portMappings?.length && { portMappingsRequest: portMappings.map((mapping) => ({ ...mapping })) }),
    ...(bandwidth && { bandwidthRequest: { ...bandwidth } }),
    ...(defaultRoute && { 'default-route': defaultRoute }),
  }
}

function formatDevice(delegate: Delegate): JsonObject {
  const deviceID = deviceIdOf(delegate)
  const resourceName = delegate.device?.resourceName
  return { ...(deviceID && { deviceID }), ...(resourceName && { resourceName }) }
}
