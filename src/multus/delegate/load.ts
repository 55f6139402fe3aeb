// SPDX-License-Identifier: Apache-2.0

import { describeError, formatGoJson, isJsonObject, PlaitError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { parseNetworkConfig, parseNetworkConfigList } from '../../cni/index.ts'
import type { NetworkConfigList } from '../../cni/index.ts'
import type { AttachmentRequest, NetworkSelection } from '../networks/annotation/selection.ts'
import { fieldsOf, kindOf, mismatch, parseDocument } from '../decode.ts'
import type { Delegate, DelegateParts, DeviceAssignment } from './delegate.ts'
import { injectCniArgs, injectDeviceId } from './inject.ts'

/** What belongs to a delegate besides its configuration. */
export interface LoadOptions {
  /** The request that named it; absent for networks of the configuration. */
  readonly selection?: NetworkSelection
  readonly device?: DeviceAssignment
  readonly isFromListFile?: boolean
}

/**
 * A delegate from the text of its CNI configuration (spec §3.4). Unless something has to be put in, what
 * is executed is that text byte for byte.
 *
 * @throws PlaitError `multus/nad-invalid` with upstream's text (DLG-2, DLG-3), also for `null` and for an
 * empty list of plugins, which upstream does not survive (BUG-15).
 */
export function loadDelegate(text: string, options: LoadOptions = {}): Delegate {
  const config = parseConfig(text)
  const executed = inject(config, options)
  const bytes = Buffer.from(executed === config ? text : formatGoJson(executed, { sortKeys: true }))
  return isSingle(config) ? loadSingle(executed, bytes, options) : loadList(executed, bytes, options)
}

/** A delegate from a list that was read from its file, plugins of its folder included (SEL-3, DLG-9). */
export function delegateFromListFile(list: NetworkConfigList, options: LoadOptions = {}): Delegate {
  return loadDelegate(list.bytes.toString(), { ...options, isFromListFile: true })
}

/** The same delegate as the default network of the pod. */
export function asMaster(delegate: Delegate): Delegate {
  return { ...delegate, master: true }
}

function parseConfig(text: string): JsonObject {
  try {
    const value = parseDocument(text)
    if (isJsonObject(value)) return value
    throw mismatch(kindOf(value), 'value', 'types.NetConf')
  } catch (error) {
    throw invalid('LoadDelegateNetConf: error unmarshalling delegate config', error)
  }
}

function isSingle(config: JsonObject): boolean {
  return Boolean(fieldsOf(config, 'NetConf').string('type'))
}

function inject(config: JsonObject, { selection, device }: LoadOptions): JsonObject {
  const withDevice = device?.id ? injectDeviceId(config, device.id) : config
  return selection?.cniArgs ? injectCniArgs(withDevice, selection.cniArgs) : withDevice
}

function loadSingle(config: JsonObject, bytes: Buffer, options: LoadOptions): Delegate {
  try {
    const network = parseNetworkConfig(config, bytes)
    return { ...partsOf(config, network.name, options), isList: false, network }
  } catch (error) {
    throw invalid('LoadDelegateNetConf: error unmarshalling delegate config', error)
  }
}

function loadList(config: JsonObject, bytes: Buffer, options: LoadOptions): Delegate {
  checkPlugins(config)
  try {
    const network = parseNetworkConfigList(config, bytes)
    return { ...partsOf(config, network.name, options), isList: true, network }
  } catch (error) {
    throw invalid('LoadDelegateNetConf: failed with: LoadDelegateNetConfList', error)
  }
}

// DLG-2: upstream looks at the list as a whole and at the type of its first plugin only.
function checkPlugins(config: JsonObject): void {
  const plugins = fieldsOf(config, 'NetConfList').list('plugins') ?? []
  const [first] = plugins
  if (first === undefined) throw listError("delegate must have the 'type' or 'plugin' field")
  if (isJsonObject(first) && first.type) return
  throw listError("a plugin delegate must have the 'type' field")
}

function listError(problem: string): PlaitError {
  return invalid(`LoadDelegateNetConf: failed with: LoadDelegateNetConfList: ${problem}`)
}

function partsOf(config: JsonObject, cniName: string, options: LoadOptions): DelegateParts {
  const { selection, device, isFromListFile = false } = options
  return {
    name: selection?.name ? `${selection.namespace}/${selection.name}` : cniName,
    config,
    master: false,
    request: selection === undefined ? {} : requestOf(selection),
    ...(device && { device }),
    isFromListFile,
  }
}

// DLG-8. The name, the namespace and the arguments have gone into the delegate itself.
function requestOf(selection: NetworkSelection): AttachmentRequest {
  const { name: _name, namespace: _namespace, cniArgs: _cniArgs, ...request } = selection
  return request
}

function invalid(message: string, cause?: unknown): PlaitError {
  const text = cause === undefined ? message : `${message}: ${describeError(cause)}`
  return new PlaitError('multus/nad-invalid', text)
}
