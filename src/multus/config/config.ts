// SPDX-License-Identifier: Apache-2.0

import { describeError, errorIdOf, formatGoJson, isJsonObject, PlaitError } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { parseResult } from '../../cni/index.ts'
import { fieldsOf, kindOf, mismatch } from '../decode.ts'
import type { Fields } from '../decode.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { asMaster, loadDelegate } from '../delegate/load.ts'
import type { RuntimeConfig } from '../delegate/runtime-config.ts'
import type { IsolationRules } from '../networks/isolation.ts'
import { readLogSettings } from './log-settings.ts'
import type { LogSettings } from './log-settings.ts'
import { readRuntimeConfig } from './runtime-config.ts'

/** The Multus configuration, every key of upstream with its default filled in (spec §2.1). */
export interface MultusConfig extends IsolationRules {
  /** Empty when absent, which means 0.1.0. */
  readonly cniVersion: string
  readonly confDir: string
  readonly cniDir: string
  readonly binDir: string
  /** Static delegates, the first one the default network; empty when `clusterNetwork` is set (CFG-4). */
  readonly delegates: readonly Delegate[]
  /** Selector of the default network; empty when there are static delegates. */
  readonly clusterNetwork: string
  readonly defaultNetworks: readonly string[]
  readonly kubeconfig: string
  readonly runtimeConfig: RuntimeConfig
  readonly readinessIndicatorFile: string
  readonly auxiliaryCniChainName: string
  readonly systemNamespaces: readonly string[]
  readonly multusNamespace: string
  readonly retryDeleteOnError: boolean
  /** Whether namespaceIsolation holds for the default-network annotation too; ours, upstream never does (BUG-27). */
  readonly isolateDefaultNetwork: boolean
  /** Whether ADD of a pod that the API does not know is an error; ours, upstream knows false only. */
  readonly strict: boolean
  /** Whether networks that programs attach are attached at the same time; ours, upstream knows false only. */
  readonly parallelAttach: boolean
  readonly log: LogSettings
}

/**
 * The configuration of one call.
 *
 * @throws PlaitError `multus/config-invalid` with upstream's text (CFG-1, CFG-2, CFG-3).
 */
export function readMultusConfig(config: JsonObject): MultusConfig {
  const settings = decode(config)
  if (settings.clusterNetwork !== '') return { ...settings, delegates: [] }
  const delegates = fieldsOf(config, 'NetConf').list('delegates') ?? []
  if (delegates.length > 0) return { ...settings, delegates: delegates.map(loadStaticDelegate) }
  throw invalid('at least one delegate/clusterNetwork must be specified')
}

type Settings = Omit<MultusConfig, 'delegates'>

/**
 * A configuration that need not name any network: the settings with which a single delegate is executed.
 *
 * @throws PlaitError `multus/config-invalid` with upstream's text (CFG-1).
 */
export function readMultusSettings(config: JsonObject): MultusConfig {
  return { ...decode(config), delegates: [] }
}

function decode(config: JsonObject): Settings {
  try {
    const field = fieldsOf(config, 'NetConf')
    checkUnused(field)
    checkPrevResult(field)
    return {
      ...readPlaces(field),
      ...readNetworks(field),
      ...readIsolation(field),
      retryDeleteOnError: field.boolean('retryDeleteOnError') ?? false,
      isolateDefaultNetwork: field.boolean('isolateDefaultNetwork') ?? false,
      strict: field.boolean('strict') ?? true,
      parallelAttach: field.boolean('parallelAttach') ?? true,
      runtimeConfig: readRuntimeConfig(field.object('runtimeConfig') ?? {}),
      log: readLogSettings(config),
    }
  } catch (error) {
    if (errorIdOf(error) === 'multus/config-invalid') throw error
    throw invalid(`failed to load netconf: ${describeError(error)}`)
  }
}

function readPlaces(field: Fields) {
  return {
    cniVersion: field.string('cniVersion') ?? '',
    confDir: field.string('confDir') || '/etc/cni/multus/net.d',
    cniDir: field.string('cniDir') || '/var/lib/cni/multus',
    binDir: field.string('binDir') || '/opt/cni/bin',
    kubeconfig: field.string('kubeconfig') ?? '',
    readinessIndicatorFile: field.string('readinessindicatorfile') ?? '',
  }
}

function readNetworks(field: Fields) {
  return {
    clusterNetwork: field.string('clusterNetwork') ?? '',
    defaultNetworks: field.strings('defaultNetworks') ?? [],
    auxiliaryCniChainName: field.string('auxiliaryCNIChainName') ?? '',
    systemNamespaces: field.strings('systemNamespaces') ?? ['kube-system'],
    multusNamespace: field.string('multusNamespace') || 'kube-system',
  }
}

// CFG-7: the list replaces the default one, empty elements stay.
function readIsolation(field: Fields): IsolationRules {
  const globalNamespaces = field.string('globalNamespaces') ?? ''
  return {
    namespaceIsolation: field.boolean('namespaceIsolation') ?? false,
    globalNamespaces:
      globalNamespaces === '' ? ['default'] : globalNamespaces.split(',').map((name) => name.trim()),
  }
}

// Not used here, but a wrong type fails the document as it does upstream (JSON-2).
function checkUnused(field: Fields): void {
  field.string('name')
  field.string('type')
  field.booleans('capabilities')
  field.object('ipam')
  field.object('dns')
}

function checkPrevResult(field: Fields): void {
  const prevResult = field.object('prevResult')
  if (prevResult === undefined) return
  try {
    parseResult(prevResult, field.string('cniVersion') ?? '')
  } catch (error) {
    throw invalid(`could not parse prevResult: ${describeError(error)}`)
  }
}

function loadStaticDelegate(value: JsonValue, index: number): Delegate {
  try {
    if (!isJsonObject(value))
      throw mismatch(kindOf(value), 'struct field NetConf.delegates', 'map[string]interface {}')
    const delegate = loadDelegate(formatGoJson(value, { sortKeys: true }))
    return index === 0 ? asMaster(delegate) : delegate
  } catch (error) {
    throw invalid(`failed to load delegate ${index} config: ${describeError(error)}`)
  }
}

function invalid(problem: string): PlaitError {
  return new PlaitError('multus/config-invalid', `LoadNetConf: ${problem}`)
}
