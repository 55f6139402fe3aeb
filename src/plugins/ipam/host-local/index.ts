// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../../base/index.ts'
import { cniErrorCode, CniError } from '../../../cni/index.ts'
import type { CniIp, CniResult } from '../../../cni/index.ts'
import { resultRoutes } from '../../kit/config-routes.ts'
import { definePlugin } from '../../kit/define-plugin.ts'
import type { Attachment, PluginCall } from '../../kit/plugin-call.ts'
import { requireIpam } from '../../kit/require-ipam.ts'
import { allocate } from './allocate.ts'
import { hostLocalArgsSchema, hostLocalRuntimeSchema, hostLocalSchema } from './config.ts'
import type { HostLocalConfig } from './config.ts'
import { defaultDataDir } from './node-reservations.ts'
import { parsePool } from './pool.ts'
import { requestedIps } from './requested-ips.ts'
import { heldBy } from './reservation.ts'
import type { Reservation } from './reservation.ts'
import { readResolvConf } from './resolv-conf.ts'
import { ReservationStore } from './store.ts'
import { requireUsable } from './usable.ts'

const undoTimeoutMs = 30_000

/** Addresses from ranges of the configuration, reserved in files of this node (spec §3.1). */
export const hostLocal = definePlugin({
  name: 'host-local',
  kind: 'ipam',
  about: 'Gives addresses from ranges of the configuration and keeps the reservations in files of the node.',
  config: hostLocalSchema,
  runtimeConfig: hostLocalRuntimeSchema,
  configArgs: hostLocalArgsSchema,
  environmentArgs: ['IP'],

  async add(call): Promise<CniResult> {
    requireIpam(call)
    const { config, containerId, ifName } = call
    const routes = resultRoutes(config.routes)
    const requested = requestedIps(call)
    const sets = parsePool(config, call.runtimeConfig, call.cniVersion)
    const dns = config.resolvConf ? readResolvConf(config.resolvConf) : undefined
    const store = openStore(call)
    const ips = await store.locked(() => allocate(store, { sets, requested, owner: { containerId, ifName } }))
    call.undo('the reservation', async () => {
      // The call may have failed because its own time was over.
      const again = openStore(call, AbortSignal.timeout(undoTimeoutMs))
      await release(again, (reservations) => reservations.filter(({ file }) => isAmong(ips, file)))
    })
    return { ips, routes, ...(dns !== undefined && { dns }) }
  },

  async del(call): Promise<void> {
    await release(openStore(call), (reservations) => heldBy(call, reservations))
  },

  async check(call): Promise<void> {
    const store = openStore(call)
    const held = store.exists ? await store.locked(() => heldBy(call, store.list())) : []
    if (held.length > 0) return
    const text = `host-local: Failed to find address added by container ${call.containerId}`
    throw new CniError(cniErrorCode.internal, text, { id: 'ipam/reservation-missing' })
  },

  async gc(call, valid): Promise<void> {
    await release(openStore(call), (reservations) => staleAmong(reservations, valid))
  },

  status(call): void {
    requireUsable(openStore(call).directory)
  },
})

type HostLocalCall = Pick<
  PluginCall<HostLocalConfig>,
  'config' | 'dataDir' | 'name' | 'signal' | 'beforeChange'
>

function openStore(call: HostLocalCall, signal = call.signal): ReservationStore {
  const dataDir = call.config.dataDir || call.dataDir || defaultDataDir
  return new ReservationStore(dataDir, call.name, { signal, beforeChange: (what) => call.beforeChange(what) })
}

/** Removes the chosen reservations of a network under its lock; a network that never had one needs no directory. */
async function release(
  store: ReservationStore,
  choose: (reservations: readonly Reservation[]) => Reservation[],
): Promise<void> {
  if (!store.exists) return
  try {
    await store.locked(() => {
      for (const { file } of choose(store.list())) store.release(file)
    })
  } catch (error) {
    // A directory that cannot be written holds up no DEL of an attachment that has nothing in it.
    if (errorIdOf(error) !== 'ipam/store-unusable' || choose(store.list()).length > 0) throw error
  }
}

function isAmong(ips: readonly CniIp[], file: string): boolean {
  return ips.some(({ address }) => address.startsWith(`${file}/`))
}

/** What no valid attachment holds; a reservation that names no interface stays with any one of its container. */
function staleAmong(reservations: readonly Reservation[], valid: readonly Attachment[]): Reservation[] {
  const containers = new Set(valid.map(({ containerId }) => containerId))
  const attachments = new Set(valid.map(({ containerId, ifName }) => `${containerId}/${ifName}`))
  return reservations.filter(({ holder }) => {
    if (holder === undefined) return true
    if (holder.ifName === undefined) return !containers.has(holder.containerId)
    return !attachments.has(`${holder.containerId}/${holder.ifName}`)
  })
}
