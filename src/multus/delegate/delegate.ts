// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { NetworkConfig, NetworkConfigList, PluginConfig } from '../../cni/index.ts'
import type { AttachmentRequest } from '../networks/annotation/selection.ts'

/** One CNI network that is executed for a pod: a single plugin, or a list of plugins run one after the other. */
export type Delegate = ListDelegate | PluginDelegate

/** A delegate whose configuration is a list (DLG-2). */
export interface ListDelegate extends DelegateParts {
  readonly isList: true
  readonly network: NetworkConfigList
}

/** A delegate of one plugin: its configuration has a `type` (DLG-1). */
export interface PluginDelegate extends DelegateParts {
  readonly isList: false
  readonly network: NetworkConfig
}

/** What both kinds of delegate have. */
export interface DelegateParts {
  /** What status, events and logs call it: `namespace/name` of its definition, else its CNI name (DLG-4). */
  readonly name: string
  /** All of what is executed, with device, arguments and chained plugins in it; `network` is the parsed form. */
  readonly config: JsonObject
  /** The network that gives the pod its Kubernetes address; always the first one of a pod. */
  readonly master: boolean
  /** What the pod asks of this attachment. */
  readonly request: AttachmentRequest
  /** The device resource of the definition, and the device that the pod got of it (§5.11). */
  readonly device?: DeviceAssignment
  /** Whether it comes from a list file named by its path: such are stored in full in the cache file (SEL-3). */
  readonly isFromListFile: boolean
}

/** The device resource of a network, and the device that one attachment got of it. */
export interface DeviceAssignment {
  readonly resourceName: string
  /** Empty when the pod had none left (DEV-5). */
  readonly id: string
}

/** The plugins that are executed, in the order of ADD. */
export function pluginsOf(delegate: Delegate): readonly PluginConfig[] {
  return delegate.isList ? delegate.network.plugins : [delegate.network]
}

/** The word that upstream's errors use for a delegate: the plugin type, empty for lists. */
export function typeOf(delegate: Delegate): string {
  return delegate.isList ? '' : delegate.network.type
}

/** The device id that the attachment uses: the one of its resource, else the requested one (DLG-8). */
export function deviceIdOf(delegate: Delegate): string | undefined {
  return delegate.device?.id || delegate.request.deviceId
}
