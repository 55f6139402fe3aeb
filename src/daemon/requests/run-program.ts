// SPDX-License-Identifier: Apache-2.0

import { formatGoJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { CniError, cniErrorCode, parseStdinConfig, readCniEnvironment } from '../../cni/index.ts'
import type { InvokePlugin } from '../../cni/index.ts'
import { overrideConfig } from '../config/override.ts'
import type { OverrideOptions } from '../config/override.ts'
import { isMultusProgram } from './cni-call.ts'
import type { CniCall, HandleCall } from './cni-call.ts'

/** The part of Multus that answers calls. */
export interface MultusHandler {
  /** The bytes for standard output. @throws CniError */
  handle(
    environment: Readonly<Record<string, string | undefined>>,
    stdin: Buffer,
    options: { readonly signal: AbortSignal },
  ): Promise<string>
}

/** What the programs are made of. */
export interface ProgramOptions extends OverrideOptions {
  readonly multus: MultusHandler
  /** The types of the bundled plugins. */
  readonly pluginTypes: ReadonlySet<string>
  /** Runs a bundled plugin. */
  readonly invoke: InvokePlugin
  /** The daemon's own file, laid over the configuration of calls for Multus. */
  readonly override: JsonObject
}

/** Runs what a call was started as: Multus, or one bundled plugin that stands alone. */
export function createPrograms(options: ProgramOptions): HandleCall {
  return (call, { signal }) =>
    isMultusProgram(call.program) ? runMultus(call, options, signal) : runPluginAlone(call, options, signal)
}

async function runMultus(call: CniCall, options: ProgramOptions, signal: AbortSignal): Promise<string> {
  const config = overrideConfig(parseStdinConfig(call.stdin), options.override, options)
  return options.multus.handle(call.environment, Buffer.from(JSON.stringify(config)), { signal })
}

async function runPluginAlone(call: CniCall, options: ProgramOptions, signal: AbortSignal): Promise<string> {
  const { program: type, environment } = call
  if (!options.pluginTypes.has(type)) throw unknownProgram(type, options.pluginTypes)
  const { command, ...attachment } = readCniEnvironment(environment)
  const config = parseStdinConfig(call.stdin)
  const env = { ...process.env, ...environment }
  const result = await options.invoke({ type, command, ...attachment, config, env, signal })
  return result === undefined ? '' : formatGoJson(result, { indent: 4 })
}

function unknownProgram(program: string, known: ReadonlySet<string>): CniError {
  const names = [...known].sort().join(', ')
  return new CniError(
    cniErrorCode.invalidEnvironment,
    `Cannot run "${program.slice(0, 64)}": the shim was started under a name that is no bundled plugin (${names}); rename the file to multus-shim`,
    { id: 'daemon/program-unknown' },
  )
}
