// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, Log } from '../../base/index.ts'
import { parsePluginResult } from '../../cni/index.ts'
import type { CachedAttachment, CniResult } from '../../cni/index.ts'
import { interfaceNames } from '../attach/interface-names.ts'
import { readScratchFile } from '../cache/scratch-file.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { readDeviceInfo } from '../devices/device-info.ts'
import type { SandboxRecord } from '../gc/sandbox-records.ts'
import { formatStatusAnnotation } from '../status/annotation.ts'
import { statusEntries } from '../status/entries.ts'

/** A status as the ADD of a sandbox wrote it, or was about to. */
export interface RememberedStatus {
  /** Empty when no network had anything to say, and no status was due (STS-9). */
  readonly annotation: string
  /** What the default network gave. */
  readonly defaultResult: CniResult
}

/**
 * The status of a sandbox, from what is remembered of its ADD: byte for byte what that wrote. Undefined when it is not all
 * there, because the ADD did not end well or was another program's.
 *
 * @throws PlaitError `multus/cache-failed`, `multus/cache-corrupt`; CniError for a result of no use
 */
export function rememberedStatus(
  { containerId, ifName, attachments }: SandboxRecord,
  { cniDir, log }: { readonly cniDir: string; readonly log: Log },
): RememberedStatus | undefined {
  const delegates = readScratchFile({ cniDir, containerId }) ?? []
  const names = interfaceNames(delegates, ifName)
  const known = delegates.flatMap((delegate, index) => {
    const cached = attachments.find((one) => isOf(one, delegate, names[index]))
    const result = cached?.pluginResult ?? cached?.result
    return cached && result ? [{ delegate, cached, result: parsePluginResult(result, '') }] : []
  })
  const [first] = known
  if (first === undefined || known.length < delegates.length) return undefined
  const entries = known.flatMap(({ delegate: { name, master }, cached, result }) =>
    statusEntries(result, {
      name,
      master,
      interfaceName: cached.ifName,
      deviceInfo: deviceInfo(cached, log),
    }),
  )
  const annotation = entries.length === 0 ? '' : formatStatusAnnotation(entries)
  return { annotation, defaultResult: first.result }
}

function isOf(cached: CachedAttachment, { network }: Delegate, name: string | undefined): boolean {
  return cached.networkName === network.name && cached.ifName === name
}

function deviceInfo({ capabilityArgs }: CachedAttachment, log: Log): JsonObject | undefined {
  const { CNIDeviceInfoFile: path } = capabilityArgs
  return typeof path === 'string' ? readDeviceInfo(path, log) : undefined
}
