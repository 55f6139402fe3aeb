// SPDX-License-Identifier: Apache-2.0

import { describeError, isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject, LogLevel, RotationLimits } from '../../base/index.ts'
import { readAutoconfigSettings } from '../autoconfig/settings.ts'
import type { AutoconfigSettings } from '../autoconfig/settings.ts'
import { readPortSettings } from '../server/port-settings.ts'
import type { PortSettings } from '../server/port-settings.ts'
import { defaultSpoolDir } from '../spool/spool-directory.ts'
import { readPluginPreference } from './plugin-preference.ts'
import type { PluginPreference } from './plugin-preference.ts'
import { readHousekeepingInterval, readMissingNetworks } from '../housekeeping/settings.ts'
import type { MissingNetworksPolicy } from '../housekeeping/settings.ts'
import { readLogOptions } from './log-options.ts'
import { invalid, KeyReader, nameOf } from './key-reader.ts'

/** The settings of the daemon itself, and the file's keys as a layer over the configuration of every request. */
export interface DaemonConfig {
  /** Directory of the socket as this process sees it. */
  readonly socketDir: string
  readonly logLevel: LogLevel
  /** File that log lines are appended to. */
  readonly logFile?: string
  /** When that file is moved aside, and which of those are kept. */
  readonly logOptions: RotationLimits
  readonly logToStderr: boolean
  /** How many requests may run at the same time; the others wait. */
  readonly connectionLimit?: number
  /** How many plugins that are programs may run at the same time, for all requests. */
  readonly externalPluginLimit?: number
  /** Where metrics and probes are answered; on the socket only when absent, and nothing is measured. */
  readonly port?: PortSettings
  /** File with the credentials for the API server; the pod's own service account when absent. */
  readonly kubeconfig?: string
  /** How the node's CNI configuration is made; absent where that is left to the administrator. */
  readonly autoconfig?: AutoconfigSettings
  /** Whether bundled plugins or programs of the same name on the host are run. */
  readonly pluginPreference: PluginPreference
  /** Root directory of the programs that this process runs itself, as upstream's. */
  readonly chrootDir?: string
  /** Between two rounds of cleaning up after dead sandboxes; 0 for none. */
  readonly housekeepingIntervalMs: number
  /** What is done about pods that were started without us. */
  readonly missingNetworks: MissingNetworksPolicy
  /** Directory in which shims keep the DELs that no daemon takes, as this process sees it. */
  readonly spoolDir: string
  /** All keys of the file: they replace those of a request (see {@link overrideConfig}). */
  readonly override: JsonObject
}

// Upstream's words for its levels; panic prints nothing that would not end the process.
const logLevels: ReadonlyMap<string, LogLevel> = new Map([
  ['debug', 'debug'],
  ['verbose', 'info'],
  ['error', 'error'],
  ['panic', 'silent'],
])

/**
 * The configuration file of the daemon, with upstream's keys in any letter case. Keys that are not known
 * to the daemon are not an error: each request gets them.
 *
 * @throws PlaitError `daemon/config-invalid`, one line that names the file and the key.
 */
export function parseDaemonConfig(bytes: Uint8Array | string, path: string): DaemonConfig {
  const root = readRoot(bytes, path)
  const keys = new KeyReader(root, path)
  const socketDir = keys.text('socketDir')
  const logFile = keys.text('logFile')
  const kubeconfig = keys.text('kubeconfig')
  const chrootDir = keys.text('chrootDir')
  const connectionLimit = keys.integer('connectionLimit')
  const externalPluginLimit = keys.integer('externalPluginLimit')
  if (externalPluginLimit !== undefined && externalPluginLimit <= 0) {
    throw invalid(path, `externalPluginLimit is ${externalPluginLimit}, and must be greater than 0`)
  }
  const port = readPortSettings(root, path)
  const autoconfig = readAutoconfigSettings(root, path)
  if (connectionLimit !== undefined && connectionLimit <= 0) {
    throw invalid(path, `connection limit must be greater than 0, got ${connectionLimit}`)
  }
  return {
    socketDir: socketDir || '/run/multus/',
    logLevel: parseLogLevel(keys.text('logLevel'), path),
    ...(logFile ? { logFile } : {}),
    logOptions: readLogOptions(root, path),
    logToStderr: keys.boolean('logToStderr') ?? true,
    ...(connectionLimit === undefined ? {} : { connectionLimit }),
    ...(externalPluginLimit === undefined ? {} : { externalPluginLimit }),
    ...(port === undefined ? {} : { port }),
    ...(kubeconfig ? { kubeconfig } : {}),
    ...(autoconfig === undefined ? {} : { autoconfig }),
    pluginPreference: readPluginPreference(root, path),
    spoolDir: keys.text('spoolDir') || defaultSpoolDir,
    ...(chrootDir ? { chrootDir } : {}),
    housekeepingIntervalMs: readHousekeepingInterval(root, path),
    missingNetworks: readMissingNetworks(root, path),
    override: root,
  }
}

function readRoot(bytes: Uint8Array | string, path: string): JsonObject {
  let root
  try {
    root = parseJson(bytes)
  } catch (error) {
    throw invalid(path, describeError(error))
  }
  if (!isJsonObject(root)) throw invalid(path, `it is ${nameOf(root)}, and must be a JSON object`)
  return root
}

function parseLogLevel(text: string | undefined, path: string): LogLevel {
  if (!text) return 'info'
  const level = logLevels.get(text.toLowerCase())
  if (level !== undefined) return level
  const known = [...logLevels.keys()].join(', ')
  throw invalid(path, `logLevel is "${text}", and must be one of ${known}`)
}
