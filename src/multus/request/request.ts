// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import {
  isNetnsOverridden,
  parseStdinConfig,
  readCniEnvironment,
  readConfigVersion,
  requireVersion,
  supportedVersions,
} from '../../cni/index.ts'
import type { CniCommand, CniEnvironment } from '../../cni/index.ts'
import { readMultusConfig } from '../config/config.ts'
import type { MultusConfig } from '../config/config.ts'
import { commandError, decorate } from '../errors.ts'
import { parseK8sArgs } from './k8s-args.ts'
import type { K8sArgs } from './k8s-args.ts'

/** One call of Multus, everything in it checked. */
export interface MultusRequest {
  readonly command: CniCommand
  readonly containerId: string
  readonly netns: string
  readonly ifName: string
  /** The pod that CNI_ARGS name; all empty for GC and STATUS. */
  readonly args: K8sArgs
  readonly rawArgs: string
  /** `binDir`, then the directories of CNI_PATH (RT-4). */
  readonly path: readonly string[]
  /** The whole environment of the caller, for plugins that are programs. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Whether the pod's namespace may be the node's own (CNI_NETNS_OVERRIDE). */
  readonly allowOwnNetns: boolean
  readonly config: MultusConfig
  readonly stdin: JsonObject
}

/**
 * The request in the environment and on standard input, or in what was read from there and decoded already.
 *
 * @throws CniError with the codes of the CNI library (spec §1.3), or upstream's text for a configuration or
 * CNI_ARGS that cannot be used (CFG-1, ARG-2).
 */
export function readRequest(
  environment: Readonly<Record<string, string | undefined>>,
  input: Uint8Array | JsonObject,
): MultusRequest {
  const cni = readCniEnvironment(environment)
  const stdin = input instanceof Uint8Array ? parseStdinConfig(input) : input
  requireVersion(cni.command, readConfigVersion(stdin), supportedVersions)
  const config = loadConfig(stdin, cni.command)
  const { command, containerId, netns, ifName, args: rawArgs } = cni
  return {
    command,
    containerId,
    netns,
    ifName,
    rawArgs,
    args: loadArgs(cni),
    path: [config.binDir, ...cni.path],
    environment,
    allowOwnNetns: isNetnsOverridden(environment),
    config,
    stdin,
  }
}

function loadConfig(stdin: JsonObject, command: CniCommand): MultusConfig {
  try {
    return readMultusConfig(stdin)
  } catch (error) {
    const isBare = command === 'DEL' || command === 'CHECK'
    throw decorate(isBare ? '' : 'Multus: error loading netconf: ', error)
  }
}

const noPod: K8sArgs = { namespace: '', name: '', infraContainerId: '', uid: '' }

/** The pod that CNI_ARGS name; none for GC and STATUS. @throws CniError with upstream's text. */
export function loadArgs({ command, args }: CniEnvironment): K8sArgs {
  if (command === 'GC' || command === 'STATUS') return noPod
  try {
    return parseK8sArgs(args)
  } catch (error) {
    throw commandError(error)
  }
}
