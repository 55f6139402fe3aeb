// SPDX-License-Identifier: Apache-2.0

import { join } from 'node:path'
import { PlaitError } from '../../base/index.ts'
import { goQuote } from '../go-quote.ts'
import { validateContainerId, validateInterfaceName, validateNetworkName } from '../validate.ts'

/** What makes an attachment unique. */
export interface AttachmentKey {
  readonly networkName: string
  readonly containerId: string
  readonly ifName: string
}

/** The directory of result files below a cache directory. */
export function resultsDirectory(cacheDir: string): string {
  return join(cacheDir, 'results')
}

/**
 * The result file of an attachment, as libcni names it.
 *
 * @throws PlaitError when a part is missing, CniError when one is not safe in a file name.
 */
export function cacheFilePath(cacheDir: string, key: AttachmentKey): string {
  const { networkName, containerId, ifName } = key
  if (networkName === '' || containerId === '' || ifName === '') {
    const parts = `network name (${goQuote(networkName)}), container ID (${goQuote(containerId)})`
    const message = `cache file path requires ${parts}, and interface name (${goQuote(ifName)})`
    throw new PlaitError('cni/cache-failed', message)
  }
  validateNetworkName(networkName)
  validateContainerId(containerId)
  validateInterfaceName(ifName)
  return join(resultsDirectory(cacheDir), cacheFileName(key))
}

/** The name of that file; whether it is safe as one is not looked at. */
export function cacheFileName({ networkName, containerId, ifName }: AttachmentKey): string {
  return `${networkName}-${containerId}-${ifName}`
}
