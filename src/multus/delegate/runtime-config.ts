// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { Bandwidth, PortMapping } from '../networks/annotation/selection.ts'
import { deviceIdOf } from './delegate.ts'
import type { Delegate } from './delegate.ts'

/** The `runtimeConfig` of Multus' own configuration, as the runtime filled it in. */
export interface RuntimeConfig {
  readonly portMappings?: readonly PortMapping[]
  readonly bandwidth?: Bandwidth
  readonly ips?: readonly string[]
  readonly mac?: string
  readonly infinibandGUID?: string
  readonly deviceID?: string
  readonly CNIDeviceInfoFile?: string
  /** Members that Multus does not know, such as `dns` or `cgroupPath`: for the default network only. */
  readonly others: JsonObject
}

/** Where plugins and the status look for what is known about a device (RC-3). */
export const deviceInfoDirectory = '/var/run/k8s.cni.cncf.io/devinfo'

/** Which attachment the arguments are for. */
export interface AttachmentKey {
  readonly containerId: string
  readonly interfaceName: string
}

/**
 * The capability arguments that a delegate's plugins may take: what the runtime gave, under what the pod
 * asks of this attachment (RC-1, RC-2, RC-4). The default network gets the runtime's alone, including
 * the members that Multus does not know, which upstream drops (BUG-18).
 */
export function capabilityArgs(
  runtime: RuntimeConfig,
  delegate: Delegate,
  { containerId, interfaceName }: AttachmentKey,
): JsonObject {
  const { others, ...known } = runtime
  const merged = delegate.master ? known : { ...known, ...requested(delegate) }
  const infoFile = merged.deviceID
    ? deviceInfoPath(delegate.name, { containerId, interfaceName })
    : merged.CNIDeviceInfoFile
  return {
    ...(merged.portMappings?.length && {
      portMappings: merged.portMappings.map((mapping) => ({ ...mapping })),
    }),
    ...(merged.bandwidth && { bandwidth: { ...merged.bandwidth } }),
    ...(merged.ips?.length && { ips: merged.ips }),
    ...(merged.mac && { mac: merged.mac }),
    ...(merged.infinibandGUID && { infinibandGUID: merged.infinibandGUID }),
    ...(merged.deviceID && { deviceID: merged.deviceID }),
    ...(infoFile && { CNIDeviceInfoFile: infoFile }),
    ...(delegate.master && others),
  }
}

/** The file in which a CNI plugin leaves what it knows about the device of an attachment (RC-3). */
export function deviceInfoPath(displayName: string, { containerId, interfaceName }: AttachmentKey): string {
  const file = `${displayName}-${containerId}_${interfaceName}`.replaceAll('/', '-')
  return `${deviceInfoDirectory}/cni/${file}`
}

function requested(delegate: Delegate): Omit<RuntimeConfig, 'others'> {
  const { portMappings, bandwidth, ips, mac, infinibandGuid } = delegate.request
  const deviceID = deviceIdOf(delegate)
  return {
    ...(portMappings && { portMappings }),
    ...(bandwidth && { bandwidth }),
    ...(ips && { ips }),
    ...(mac && { mac }),
    ...(infinibandGuid && { infinibandGUID: infinibandGuid }),
    ...(deviceID && { deviceID }),
  }
}
