// SPDX-License-Identifier: Apache-2.0

import { describeError, getCaseInsensitive, isJsonObject, parseJson, PlaitError } from '../../base/index.ts'
import type { JsonObject, LogLevel } from '../../base/index.ts'

/** The settings of the daemon itself, and the file's keys as a layer over the configuration of every request. */
export interface DaemonConfig {
  /** Directory of the socket as this process sees it. */
  readonly socketDir: string
  readonly logLevel: LogLevel
  /** File that log lines are appended to. */
  readonly logFile?: string
  readonly logToStderr: boolean
  /** How many requests may run at the same time; the others wait. */
  readonly connectionLimit?: number
  /** File with the credentials for the API server; the pod's own service account when absent. */
  readonly kubeconfig?: string
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
  const connectionLimit = keys.integer('connectionLimit')
  if (connectionLimit !== undefined && connectionLimit <= 0) {
    throw invalid(path, `connection limit must be greater than 0, got ${connectionLimit}`)
  }
  return {
    socketDir: socketDir || '/run/multus/',
    logLevel: parseLogLevel(keys.text('logLevel'), path),
    ...(logFile ? { logFile } : {}),
    logToStderr: keys.boolean('logToStderr') ?? true,
    ...(connectionLimit === undefined ? {} : { connectionLimit }),
    ...(kubeconfig ? { kubeconfig } : {}),
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

class KeyReader {
  readonly #root: JsonObject
  readonly #path: string

  constructor(root: JsonObject, path: string) {
    this.#root = root
    this.#path = path
  }

  text(key: string): string | undefined {
    const value = getCaseInsensitive(this.#root, key) ?? undefined
    if (value === undefined || typeof value === 'string') return value
    throw invalid(this.#path, `${key} is ${nameOf(value)}, and must be a string`)
  }

  boolean(key: string): boolean | undefined {
    const value = getCaseInsensitive(this.#root, key) ?? undefined
    if (value === undefined || typeof value === 'boolean') return value
    throw invalid(this.#path, `${key} is ${nameOf(value)}, and must be true or false`)
  }

  integer(key: string): number | undefined {
    const value = getCaseInsensitive(this.#root, key) ?? undefined
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value
    throw invalid(this.#path, `${key} is ${nameOf(value)}, and must be a whole number`)
  }
}

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return `the ${typeof value} ${JSON.stringify(value)}`
}

function invalid(path: string, problem: string): PlaitError {
  return new PlaitError(
    'daemon/config-invalid',
    `failed to unmarshall the daemon configuration: ${path}: ${problem}`,
  )
}
