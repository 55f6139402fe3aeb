// SPDX-License-Identifier: Apache-2.0

import { formatIp, PlaitError } from '../../base/index.ts'
import {
  listCachedAttachments,
  parseResult,
  resultToVersion,
  writeCachedAttachment,
} from '../../cni/index.ts'
import type { CniResult, CniRoute } from '../../cni/index.ts'
import { defaultFamilyOf, formatDefaultDestination } from '../attach/default-route.ts'
import type { DefaultRouteChange } from '../attach/default-route.ts'

/** The attachment whose remembered result is changed. */
export interface CachedResultKey {
  readonly cniDir: string
  readonly networkName: string
  readonly containerId: string
  readonly ifName: string
}

/**
 * Makes the remembered result of an attachment say what was done to its default routes, so that CHECK
 * looks for the routes that are there (GW-8). What the plugin gave is kept beside it, for the status. An attachment that
 * is not remembered is left alone.
 *
 * @throws PlaitError `multus/default-route-failed` with upstream's text.
 */
export async function changeCachedRoutes(key: CachedResultKey, change: DefaultRouteChange): Promise<void> {
  const { cniDir, networkName, containerId, ifName } = key
  const attachments = await listCachedAttachments(cniDir, { containerId })
  const cached = attachments.find((one) => one.networkName === networkName && one.ifName === ifName)
  if (cached?.result === undefined) return
  const version = typeof cached.result.cniVersion === 'string' ? cached.result.cniVersion : ''
  try {
    // A result without a version is one of 0.2.0.
    const result = changeDefaultRoutes(parseResult(cached.result, version || '0.2.0'), change)
    writeCachedAttachment(cniDir, {
      ...cached,
      result: resultToVersion(result, version || '0.2.0'),
      pluginResult: cached.pluginResult ?? cached.result,
    })
  } catch (error) {
    throw new PlaitError('multus/default-route-failed', 'error setting default gateway in cache', {
      cause: error,
    })
  }
}

/** A result with its default routes changed: those of some families out, those by the new gateways in. */
export function changeDefaultRoutes(result: CniResult, { remove, add }: DefaultRouteChange): CniResult {
  const { routes = [], ...rest } = result
  const kept = routes.filter(({ dst }) => {
    const family = defaultFamilyOf(dst)
    return family === undefined || !remove.includes(family)
  })
  const added: CniRoute[] = add.map((gateway) => ({
    dst: formatDefaultDestination(gateway.family),
    gw: formatIp(gateway),
  }))
  const changed = [...kept, ...added]
  return { ...rest, ...(changed.length > 0 && { routes: changed }) }
}
