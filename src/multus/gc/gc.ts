// SPDX-License-Identifier: Apache-2.0

import { describeError, isJsonObject, toError } from '../../base/index.ts'
import { CniError, gcNetworkList, isNetworkName, listCachedAttachments, toCniError } from '../../cni/index.ts'
import type { CachedAttachment, NetworkConfigList, ValidAttachment } from '../../cni/index.ts'
import type { RecentAttachment } from './attach-gate.ts'
import { listScratchFiles, readScratchFile } from '../cache/scratch-file.ts'
import type { ScratchRecord } from '../cache/scratch-file.ts'
import { attachContext } from '../call.ts'
import type { Call } from '../call.ts'
import { defaultNetwork, listOf } from '../cni-status.ts'
import { fieldsOf } from '../decode.ts'
import { del } from '../release/del.ts'
import type { Delegate } from '../delegate/delegate.ts'
import { interfaceNames } from '../attach/interface-names.ts'

// The name that runtimes give the interface of the default network.
const usualName = 'eth0'
const collectTimeoutMs = 30_000

/** What is known on this node about the containers that are in use. */
interface Inventory {
  readonly networks: ReadonlyMap<string, NetworkConfigList>
  readonly valid: ReadonlyMap<string, readonly ValidAttachment[]>
  /** Whether a container in use has no record: then what it holds of other networks is not known. */
  readonly hasUnknown: boolean
}

/**
 * Releases what belongs to containers that the runtime no longer has. Its list is about Multus' own
 * attachments; each of them stands for all networks of that container. Upstream ignores the list and
 * takes everything that is remembered for valid (GC-2, BUG-17). What was added a moment ago is left alone.
 *
 * Without a list everything that is remembered is valid, as upstream has it.
 *
 * @throws CniError with all that failed; the rest was done.
 */
export async function gc(call: Call): Promise<void> {
  const { attempt, services } = call
  const master = await defaultNetwork(call)
  const failures = await attempt.step('stale', async () =>
    releaseContainers(call, master, await survey(call)),
  )
  // Releasing takes its time, and pods are added meanwhile.
  const collect = async (): Promise<Error[]> => {
    const inventory = takeInventory(call, master, await survey(call))
    return collectNetworks({ ...call, signal: soon(call.signal) }, master, inventory)
  }
  failures.push(...(await attempt.step('plugins', () => services.attachGate.collect(collect, call.signal))))
  if (failures.length > 0) throw gcError(failures)
}

// ADDs wait for as long as plugins are told what stays.
function soon(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(collectTimeoutMs)
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout])
}

/** What is there at one moment. */
interface Survey {
  readonly cached: readonly CachedAttachment[]
  readonly recent: readonly RecentAttachment[]
  /** The attachments of Multus itself that stay, one for each container. */
  readonly inUse: readonly ValidAttachment[]
  /** Containers that are remembered and not in use. */
  readonly stale: readonly string[]
}

async function survey(call: Call): Promise<Survey> {
  const { cniDir } = call.request.config
  const cached = await listCachedAttachments(cniDir)
  const records = listScratchFiles(cniDir)
  const recent = call.services.attachGate.recent()
  const known = new Set([...records, ...cached].map(({ containerId }) => containerId))
  const listed = readValidAttachments(call) ?? [...known].map(usualAttachment)
  const more = new Map(
    [...addedMeanwhile(call, records), ...recent].map(({ containerId: id }) => [id, usualAttachment(id)]),
  )
  // Of a pod's own ADD it is known under which name its runtime has it.
  for (const { containerId, ifName, networkName } of recent) {
    if (networkName === undefined) more.set(containerId, { containerId, ifName })
  }
  for (const { containerId } of listed) more.delete(containerId)
  const inUse = [...listed, ...more.values()]
  const staying = new Set(inUse.map(({ containerId }) => containerId))
  return { cached, recent, inUse, stale: [...known].filter((containerId) => !staying.has(containerId)) }
}

function usualAttachment(containerId: string): ValidAttachment {
  return { containerId, ifName: usualName }
}

// The runtime may have made its list before these were added, and an ADD may be under way.
function addedMeanwhile({ services }: Call, records: readonly ScratchRecord[]): readonly ScratchRecord[] {
  const since = Date.now() - services.gcGraceMs
  return records.filter(({ writtenMs }) => writtenMs > since)
}

/** The attachments that the runtime has, if it says so; those of a Multus network have its interface name. */
function readValidAttachments({ request }: Call): readonly ValidAttachment[] | undefined {
  const list = fieldsOf(request.stdin, 'NetConf').list('cni.dev/valid-attachments')
  return list?.map((value) => {
    const field = fieldsOf(isJsonObject(value) ? value : {}, 'GCAttachment')
    return { containerId: field.string('containerID') ?? '', ifName: field.string('ifname') ?? '' }
  })
}

async function releaseContainers(call: Call, master: Delegate, { stale, cached }: Survey): Promise<Error[]> {
  const failures: Error[] = []
  for (const containerId of stale.filter(isNetworkName)) {
    call.log.info({ containerId }, 'releasing a container that is gone')
    const own = cached.filter((one) => one.containerId === containerId)
    const ifName = own.find(({ networkName }) => networkName === master.network.name)?.ifName ?? usualName
    const request = { ...call.request, containerId, netns: '', ifName, config: withoutReadiness(call) }
    try {
      await del({ ...call, request })
    } catch (error) {
      failures.push(new Error(`failed to delete stale attachments of ${containerId}`, { cause: error }))
    }
  }
  return failures
}

function withoutReadiness({ request: { config } }: Call): Call['request']['config'] {
  return { ...config, readinessIndicatorFile: '' }
}

function takeInventory(call: Call, master: Delegate, { cached, recent, inUse }: Survey): Inventory {
  const networks = new Map([[master.network.name, listOf(master)]])
  const valid = new Map<string, ValidAttachment[]>([[master.network.name, [...inUse]]])
  let hasUnknown = false
  const note = (network: string, attachment: ValidAttachment): void => {
    const list = valid.get(network) ?? []
    valid.set(network, list)
    if (!list.some((one) => one.containerId === attachment.containerId && one.ifName === attachment.ifName)) {
      list.push(attachment)
    }
  }
  for (const { containerId, ifName } of inUse) {
    const delegates = readDelegates(call, containerId)
    hasUnknown ||= delegates === undefined
    const names = interfaceNames(delegates ?? [], ifName)
    for (const [index, delegate] of (delegates ?? []).entries()) {
      const { name } = delegate.network
      if (!networks.has(name)) networks.set(name, listOf(delegate))
      note(name, { containerId, ifName: names[index] ?? '' })
    }
    for (const one of cached.filter((entry) => entry.containerId === containerId)) note(one.networkName, one)
  }
  for (const { networkName, ...attachment } of recent) {
    if (networkName !== undefined) note(networkName, attachment)
  }
  return { networks, valid, hasUnknown }
}

function readDelegates({ request, log }: Call, containerId: string): readonly Delegate[] | undefined {
  if (!isNetworkName(containerId)) return undefined
  try {
    return readScratchFile({ cniDir: request.config.cniDir, containerId })
  } catch (error) {
    log.warn({ containerId, error }, 'record of a container cannot be used')
    return undefined
  }
}

// A plugin frees everything that is not on its list. For networks other than the default one the list is only
// complete when every container in use has a record.
async function collectNetworks(call: Call, master: Delegate, inventory: Inventory): Promise<Error[]> {
  const { libcni } = attachContext(call)
  const failures: Error[] = []
  for (const [name, list] of inventory.networks) {
    if (inventory.hasUnknown && name !== master.network.name) {
      call.log.warn({ network: name }, 'network not collected: a container in use has no record')
      continue
    }
    const valid = (inventory.valid.get(name) ?? []).map(({ containerId, ifName }) => ({
      containerId,
      ifName,
    }))
    try {
      await gcNetworkList(libcni, list, valid)
    } catch (error) {
      failures.push(toError(error))
    }
  }
  return failures
}

function gcError(failures: readonly Error[]): CniError {
  const all = new AggregateError(failures, '')
  return new CniError(toCniError(all).code, `error in GC command: ${describeError(all)}`, { cause: all })
}
