// SPDX-License-Identifier: Apache-2.0

import { CniError, cniErrorCode } from './error.ts'
import { validateContainerId, validateInterfaceName } from './validate.ts'

/** The verbs of the CNI specification. */
export type CniCommand = 'ADD' | 'DEL' | 'CHECK' | 'GC' | 'STATUS' | 'VERSION'

/** What a runtime says in the CNI_ variables; a variable that is not set is empty. */
export interface CniEnvironment {
  readonly command: CniCommand
  readonly containerId: string
  readonly netns: string
  readonly ifName: string
  readonly args: string
  /** The directories of CNI_PATH, in order; empty elements are left out. */
  readonly path: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

const attachmentVariables = ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME', 'CNI_PATH']

// CNI_NETNS may be empty for DEL: the namespace can be gone. The order is the one of the error text.
const required: Readonly<Record<CniCommand, readonly string[]>> = {
  ADD: attachmentVariables,
  CHECK: attachmentVariables,
  DEL: ['CNI_CONTAINERID', 'CNI_IFNAME', 'CNI_PATH'],
  GC: ['CNI_PATH'],
  STATUS: ['CNI_PATH'],
  VERSION: [],
}

/**
 * The request of the environment, with everything present that the command needs and the container id and
 * interface name valid. All that is missing is named before the first value that is wrong.
 *
 * @throws CniError 3 or 4.
 */
export function readCniEnvironment(env: Environment): CniEnvironment {
  const command = env.CNI_COMMAND ?? ''
  if (command === '') throw missing(['CNI_COMMAND'])
  if (!isCniCommand(command)) throw invalid(`unknown CNI_COMMAND: ${command}`)
  const names = required[command]
  const absent = names.filter((name) => !env[name])
  if (absent.length > 0) throw missing(absent)
  if (names.includes('CNI_CONTAINERID')) validateContainerId(env.CNI_CONTAINERID ?? '')
  if (names.includes('CNI_IFNAME')) validateInterfaceName(env.CNI_IFNAME ?? '')
  return {
    command,
    containerId: env.CNI_CONTAINERID ?? '',
    netns: env.CNI_NETNS ?? '',
    ifName: env.CNI_IFNAME ?? '',
    args: env.CNI_ARGS ?? '',
    path: splitPath(env.CNI_PATH ?? ''),
  }
}

/** Whether a text is a verb of the CNI specification. */
export function isCniCommand(text: string): text is CniCommand {
  return Object.hasOwn(required, text)
}

/** The directories of a CNI_PATH; an empty element would mean the working directory and is left out. */
export function splitPath(path: string): string[] {
  return path.split(':').filter((directory) => directory !== '')
}

/** Whether CNI_NETNS_OVERRIDE allows the plugin's own namespace to be the container's. */
export function isNetnsOverridden(env: Environment): boolean {
  const value = env.CNI_NETNS_OVERRIDE ?? ''
  return value === '1' || value.toLowerCase() === 'true'
}

function missing(names: readonly string[]): CniError {
  return invalid(`required env variables [${names.join(',')}] missing`)
}

function invalid(message: string): CniError {
  return new CniError(cniErrorCode.invalidEnvironment, message, { id: 'cni/environment-invalid' })
}
