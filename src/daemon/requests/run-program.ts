// SPDX-License-Identifier: Apache-2.0

import { formatGoJson } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { CniError, cniErrorCode, parseStdinConfig, readCniEnvironment } from '../../cni/index.ts'
import type { InvokePlugin } from '../../cni/index.ts'
import { overrideConfig } from '../config/override.ts'
import type { OverrideOptions } from '../config/override.ts'
import type { Multus } from '../../multus/index.ts'
import { isCallVariable } from './call-variable.ts'
import { isMultusProgram } from './cni-call.ts'
import type { CallContext, CniCall, HandleCall } from './cni-call.ts'
import { formatTraceParent } from './trace-context.ts'

/** The part of Multus that answers calls. */
type MultusHandler = Pick<Multus, 'handle' | 'delegate'>

/** What the programs are made of. */
export interface ProgramOptions extends OverrideOptions {
  readonly multus: MultusHandler
  /** The types of the bundled plugins. */
  readonly pluginTypes: ReadonlySet<string>
  /** Runs a bundled plugin alone. */
  readonly invoke: InvokePlugin
  /** The daemon's own file, laid over the configuration of calls for Multus. */
  readonly override: JsonObject
}

/** Runs what a call was started as: Multus, or one bundled plugin that stands alone. */
export function createPrograms(given: ProgramOptions): HandleCall {
  const options = { ...given, ownEnvironment: ownEnvironment() }
  return (call, context) => {
    if (!isMultusProgram(call.program)) return runPluginAlone(call, options, context)
    return call.delegate === undefined
      ? runMultus(call, options, context)
      : runDelegate(call, options, context)
  }
}

interface Options extends ProgramOptions {
  readonly ownEnvironment: Environment
}

async function runMultus(call: CniCall, options: Options, context: CallContext): Promise<string> {
  const config = overrideConfig(parseStdinConfig(call.stdin), options.override, options)
  const env = environmentOf(call, context, options)
  const { signal, log } = context
  return options.multus.handle(env, config, { signal, host: call.host, log })
}

// The daemon's file says where things are; it is not laid over the network itself, which its plugin gets as it is (BUG-7).
async function runDelegate(call: CniCall, options: Options, context: CallContext): Promise<string> {
  const { stdin: config, delegate: attributes = {} } = call
  const env = environmentOf(call, context, options)
  const request = { env, config, attributes, settings: options.override }
  const { signal, log } = context
  return options.multus.delegate(request, { signal, host: call.host, log })
}

async function runPluginAlone(call: CniCall, options: Options, context: CallContext): Promise<string> {
  const { signal, log } = context
  const { program: type } = call
  if (!options.pluginTypes.has(type)) throw unknownProgram(type, options.pluginTypes)
  const { command, ...attachment } = readCniEnvironment(call.environment)
  const config = parseStdinConfig(call.stdin)
  const env = environmentOf(call, context, options)
  const { host } = call
  const result = await options.invoke({ type, command, ...attachment, config, env, signal, host, log })
  return result === undefined ? '' : formatGoJson(result, { indent: 4 })
}

type Environment = Readonly<Record<string, string | undefined>>

/** The environment of this process, without what callers say. Read once: each look at a variable is a getenv(3). */
function ownEnvironment(): Environment {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isCallVariable(name)))
}

/** The daemon's own environment with the CNI and trace variables of the caller, and only of the caller (RT-4). */
function environmentOf(
  { environment }: CniCall,
  { trace }: CallContext,
  { ownEnvironment: own }: Options,
): Environment {
  return {
    ...own,
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => isCallVariable(name))),
    ...(trace && { TRACEPARENT: formatTraceParent(trace) }),
  }
}

function unknownProgram(program: string, known: ReadonlySet<string>): CniError {
  const names = [...known].sort().join(', ')
  return new CniError(
    cniErrorCode.invalidEnvironment,
    `Cannot run "${program.slice(0, 64)}": the shim was started under a name that is no bundled plugin (${names}); rename the file to multus-shim`,
    { id: 'daemon/program-unknown' },
  )
}
