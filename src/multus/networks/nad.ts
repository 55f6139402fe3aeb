// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf, formatGoJson, isJsonObject, PlaitError } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { CniError, cniErrorCode, findNetworkInDirectory } from '../../cni/index.ts'
import { ApiError } from '../../kubernetes/index.ts'
import type { NetworkAttachmentDefinition } from '../../kubernetes/index.ts'
import type { NetworkSelection } from './annotation/selection.ts'
import type { CallBounds, Cluster, ObjectName } from '../cluster.ts'
import { kindOf, mismatch, parseDocument } from '../decode.ts'
import type { Delegate, DeviceAssignment } from '../delegate/delegate.ts'
import { loadDelegate } from '../delegate/load.ts'
import type { DevicePool } from '../devices/device-pool.ts'

/** The annotation of a definition that names the device resource of the network (§3.2). */
export const resourceNameAnnotation = 'k8s.v1.cni.cncf.io/resourceName'

/** Where definitions come from and what they need. */
export interface DefinitionContext {
  readonly cluster: Cluster
  /** The directory of configurations for definitions that hold none (NAD-3). */
  readonly confDir: string
  readonly devices: DevicePool
  readonly bounds: CallBounds
  /** Is told when a definition cannot be had: an event of the pod (NAD-2). */
  readonly onMissing: (message: string) => void
}

/**
 * The delegate that a pod's selection stands for.
 *
 * @throws CniError `multus/nad-missing` with upstream's text and, in the details, the namespaces that have a
 * definition of that name (NAD-2); PlaitError `multus/nad-invalid` for a configuration that cannot be used.
 */
export async function loadDefinition(
  selection: NetworkSelection,
  context: DefinitionContext,
): Promise<Delegate> {
  const definition = await findDefinition(selection, context)
  const text = readCniConfig(definition, context.confDir)
  const device = await takeDevice(definition, context.devices)
  return loadDelegate(text, { selection, ...(device && { device }) })
}

async function findDefinition(
  { namespace, name }: ObjectName,
  { cluster, bounds, onMissing }: DefinitionContext,
): Promise<NetworkAttachmentDefinition> {
  try {
    checkName(namespace, 'namespace')
    checkName(name, 'resource')
    return await cluster.getDefinition({ namespace, name }, bounds)
  } catch (error) {
    const id = isNotFound(error) ? 'multus/nad-missing' : (errorIdOf(error) ?? 'multus/nad-missing')
    const missing = `cannot find a network-attachment-definition (${name}) in namespace (${namespace}): ${bareText(error)}`
    const elsewhere = await findElsewhere({ namespace, name }, error, { cluster, bounds })
    onMissing(elsewhere === undefined ? missing : `${missing}; ${elsewhere}`)
    const text = `getKubernetesDelegate: ${missing}`
    if (id !== 'multus/nad-missing') throw new PlaitError(id, text)
    const details =
      elsewhere ?? `${isNotFound(error) ? 'create it, or ' : ''}correct the annotation of the pod`
    throw new CniError(cniErrorCode.internal, text, { details, id })
  }
}

// These become parts of a URL; the comma-delimited notation has checked them already, JSON has not.
function checkName(name: string, what: string): void {
  if (name === '') throw new PlaitError('multus/nad-missing', `${what} name may not be empty`)
  if (name.length <= 253 && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return
  throw new PlaitError(
    'multus/nad-missing',
    `invalid ${what} name; it consists of lower case letters, digits, "-" and "."`,
  )
}

async function findElsewhere(
  { namespace, name }: ObjectName,
  error: unknown,
  { cluster, bounds }: Pick<DefinitionContext, 'cluster' | 'bounds'>,
): Promise<string | undefined> {
  if (!isNotFound(error)) return undefined
  try {
    const found = await cluster.namespacesWithDefinition(name, bounds)
    const others = found.filter((other) => other !== namespace)
    if (others.length === 0) return undefined
    return `it exists in namespace(s) ${others.join(', ')}: write ${others[0]}/${name} to use that one`
  } catch {
    // The hint is a courtesy: without the right to list definitions the error stands without it.
    return undefined
  }
}

function isNotFound(error: unknown): boolean {
  return errorIdOf(error) === 'kubernetes/not-found'
}

function bareText(error: unknown): string {
  return error instanceof ApiError ? error.detail : describeError(error)
}

/**
 * The CNI configuration of a definition: its own with the name filled in (NAD-4), or the file of that
 * name when it holds none (NAD-3).
 *
 * @throws PlaitError `multus/nad-invalid` with upstream's text.
 */
export function readCniConfig({ metadata, config }: NetworkAttachmentDefinition, confDir: string): string {
  if (config !== '') return withName(config, metadata.name)
  try {
    return findNetworkInDirectory(confDir, metadata.name).network.bytes.toString()
  } catch (error) {
    throw invalid(`GetCNIConfig: err in GetCNIConfigFromFile: ${describeError(error)}`)
  }
}

function withName(text: string, name: string): string {
  const config = parseObject(text)
  if (config.name !== undefined && config.name !== '' && config.name !== null) return text
  return formatGoJson({ ...config, name }, { sortKeys: true })
}

function parseObject(text: string): JsonObject {
  try {
    const value = parseDocument(text)
    if (isJsonObject(value)) return value
    throw mismatch(kindOf(value), 'value', 'map[string]interface {}')
  } catch (error) {
    throw invalid(
      `GetCNIConfig: err in getCNIConfigFromSpec: failed to unmarshal Spec.Config: ${describeError(error)}`,
    )
  }
}

// DEV-1, DEV-5: a definition with the annotation but without a free device is used without one.
async function takeDevice(
  { metadata }: NetworkAttachmentDefinition,
  devices: DevicePool,
): Promise<DeviceAssignment | undefined> {
  const resourceName = metadata.annotations[resourceNameAnnotation]
  if (resourceName === undefined) return undefined
  const id = await devices.take(resourceName)
  return { resourceName, id: id ?? '' }
}

function invalid(message: string): PlaitError {
  return new PlaitError('multus/nad-invalid', message)
}
