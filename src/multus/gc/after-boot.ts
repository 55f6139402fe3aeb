// SPDX-License-Identifier: Apache-2.0

import { removeCached } from '../../cni/index.ts'
import { readScratchFile, removeScratchFile } from '../cache/scratch-file.ts'
import { pluginsOf } from '../delegate/delegate.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { loadDelegate } from '../delegate/load.ts'
import type { NodeReservation } from '../../plugins/index.ts'
import type { Boot } from './boot.ts'
import type { DataDirs } from './data-dirs.ts'
import { isOfEarlierBoot } from './evidence.ts'
import type { Scene } from './evidence.ts'
import { endsWithTheBoot } from './kernel-only.ts'
import type { NodeMemory } from './node-memory.ts'
import { releaseChosen } from './reservations.ts'
import { listSandboxRecords } from './sandbox-records.ts'
import type { SandboxRecord } from './sandbox-records.ts'

/** Where the cleaning takes place. */
export interface Place extends Omit<Scene, 'records' | 'pods' | 'runtime'> {
  readonly signal: AbortSignal
  readonly cniDir: string
  readonly dataDirs: DataDirs
}

/** What the first look after a boot did. */
export interface AfterBoot {
  readonly sandboxes: number
  /** Containers of which nothing is left. */
  readonly released: number
  readonly addresses: number
  /** Containers whose plugins have to release something elsewhere. */
  readonly gone: readonly string[]
}

/**
 * Frees what sandboxes of an earlier boot hold. Their kernel objects ended with that boot, so no plugin runs: addresses
 * and records are simply removed, all at once. Reservations without a record, of other users of host-local, are freed
 * when they were there in the earlier boot and name a sandbox as runtimes do.
 *
 * @throws AggregateError of the directories of reservations that could not be cleaned; the rest was done.
 */
export async function cleanAfterBoot(place: Place, memory: NodeMemory): Promise<AfterBoot> {
  const { cniDir, dataDirs, signal } = place
  const records = await listSandboxRecords(cniDir)
  const earlier = records
    .filter((record) => isOfEarlierBoot(record, place))
    .map((record) => ({ record, delegates: delegatesOf(cniDir, record) }))
  for (const { delegates } of earlier) {
    for (const { config } of delegates.flatMap(pluginsOf)) dataDirs.noteConfig(config)
  }
  const ids = new Set(earlier.map(({ record }) => record.containerId))
  const addresses = await releaseChosen(
    dataDirs.list(),
    (one, path) => {
      const wasThere = memory.reservations.get(path) === one.mark
      return ids.has(one.containerId) || (wasThere ? isOfRuntime(one) : isCutOff(one, place.boot))
    },
    signal,
  )
  const [forgotten, gone] = partition(earlier)
  for (const record of forgotten) forget(cniDir, record)
  const { length: sandboxes } = records
  return { sandboxes, released: forgotten.length, addresses, gone: gone.map((one) => one.containerId) }
}

interface EarlierSandbox {
  readonly record: SandboxRecord
  /** Empty when no file says it. */
  readonly delegates: readonly Delegate[]
}

function partition(earlier: readonly EarlierSandbox[]): readonly [SandboxRecord[], SandboxRecord[]] {
  const isDone = ({ delegates }: EarlierSandbox): boolean =>
    delegates.length > 0 && delegates.every(endsWithTheBoot)
  const { done = [], open = [] } = Object.groupBy(earlier, (one) => (isDone(one) ? 'done' : 'open'))
  return [done.map(({ record }) => record), open.map(({ record }) => record)]
}

function delegatesOf(cniDir: string, { containerId, attachments }: SandboxRecord): readonly Delegate[] {
  try {
    const remembered = attachments.map(({ config }) => loadDelegate(config.toString()))
    return [...(readScratchFile({ cniDir, containerId }) ?? []), ...remembered]
  } catch {
    // A file that is of no use is kept aside by the DEL that follows.
    return []
  }
}

function forget(cniDir: string, { containerId, attachments }: SandboxRecord): void {
  for (const attachment of attachments) removeCached(cniDir, attachment)
  removeScratchFile({ cniDir, containerId })
}

// An ADD was under way when the power failed. What was made in this boot is being written, or was made by hand.
function isCutOff({ containerId, mark }: NodeReservation, { startedMs }: Boot): boolean {
  return containerId === '' && BigInt(mark) < BigInt(startedMs) * 1_000_000n
}

// What a person put there by hand to keep an address free looks otherwise.
function isOfRuntime({ containerId, ifName }: NodeReservation): boolean {
  return ifName !== undefined && /^[0-9a-f]{64}$/.test(containerId)
}
