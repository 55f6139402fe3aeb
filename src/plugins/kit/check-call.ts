// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { cniErrorCode, CniError, readCniEnvironment, validateNetworkName } from '../../cni/index.ts'
import type { PluginInvocation } from '../../cni/index.ts'

/**
 * Holds the variables of a call against the specification, whether they came from an environment or from a caller in
 * this process (spec §1.3, steps 1 and 2).
 *
 * @throws CniError code 3 or 4.
 */
export function checkEnvironment({
  command,
  containerId,
  netns,
  ifName,
  args,
  path,
}: PluginInvocation): void {
  readCniEnvironment({
    CNI_COMMAND: command,
    CNI_CONTAINERID: containerId,
    CNI_NETNS: netns,
    CNI_IFNAME: ifName,
    CNI_ARGS: args,
    // A caller in this process need not have directories of executables.
    CNI_PATH: path.join(':') || '/',
  })
}

/**
 * The network's name; it becomes part of paths.
 *
 * @throws CniError code 6 or 7.
 */
export function readNetworkName(config: JsonObject): string {
  const name = getCaseInsensitive(config, 'name') ?? ''
  if (typeof name !== 'string') {
    const problem = `name must be a string, but is ${JSON.stringify(name)}`
    throw new CniError(cniErrorCode.decoding, `error unmarshall network config: ${problem}`, {
      id: 'config/invalid',
    })
  }
  if (name === '') {
    throw new CniError(cniErrorCode.invalidConfig, 'missing network name', { id: 'config/invalid' })
  }
  validateNetworkName(name)
  return name
}
