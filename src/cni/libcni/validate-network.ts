// SPDX-License-Identifier: Apache-2.0

import { goQuote } from '../go-quote.ts'
import { toError } from '../../base/index.ts'
import type { NetworkConfigList } from '../config/list.ts'
import { CniError, cniErrorCode } from '../error.ts'
import { parseVersionInfo } from '../negotiate.ts'
import { defaultVersion, specVersion } from '../version.ts'
import type { Libcni } from './libcni.ts'

/**
 * The versions that a plugin supports. One that does not know the verb VERSION supports 0.1.0 alone.
 *
 * @throws CniError
 */
export async function getPluginVersions(libcni: Libcni, type: string): Promise<readonly string[]> {
  try {
    const info = await libcni.invoke({
      type,
      command: 'VERSION',
      containerId: '',
      netns: '',
      ifName: '',
      args: '',
      path: libcni.path,
      config: { cniVersion: specVersion },
      ...(libcni.env && { env: libcni.env }),
      signal: libcni.signal,
    })
    return parseVersionInfo(info ?? null)
  } catch (error) {
    if (error instanceof CniError && error.message === 'unknown CNI_COMMAND: VERSION') return [defaultVersion]
    throw error
  }
}

/**
 * The capabilities that the plugins of a network declare, once each plugin is known to be there and to support
 * the network's version.
 *
 * @throws AggregateError with one error for each plugin that is not.
 */
export async function validateNetworkList(
  libcni: Libcni,
  { plugins, cniVersion }: NetworkConfigList,
): Promise<ReadonlySet<string>> {
  const failures: Error[] = []
  for (const { type } of plugins) {
    try {
      await requireSupport(libcni, type, cniVersion || defaultVersion)
    } catch (error) {
      failures.push(toError(error))
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, '')
  return new Set(plugins.flatMap(({ capabilities }) => capabilities))
}

async function requireSupport(libcni: Libcni, type: string, version: string): Promise<void> {
  if ((await getPluginVersions(libcni, type)).includes(version)) return
  const message = `plugin ${type} does not support config version ${goQuote(version)}`
  throw new CniError(cniErrorCode.incompatibleVersion, message, { id: 'cni/version-unsupported' })
}
