// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import type { Log } from '../../base/index.ts'
import type { Services } from '../call.ts'
import { cleanAfterBoot } from './after-boot.ts'
import type { Place } from './after-boot.ts'
import type { Boot } from './boot.ts'
import { isInUse, judge, PodWitness } from './evidence.ts'
import type { Scene } from './evidence.ts'
import { readNodeMemory, writeNodeMemory } from './node-memory.ts'
import { markReservations, releaseChosen } from './reservations.ts'
import { listSandboxRecords } from './sandbox-records.ts'
import type { SandboxRecord } from './sandbox-records.ts'

/** What one round of cleaning did. */
export interface CleaningReport {
  /** Sandboxes that something is written down about. */
  readonly sandboxes: number
  /** Those that were gone, and of which nothing is left. */
  readonly released: number
  /** Reservations of host-local that were freed without their plugin. */
  readonly addresses: number
  /** Those that are gone, and hold something still because a plugin failed or the round was long. */
  readonly left: number
  /** Those without namespace, of which it is not certain that they are gone. */
  readonly unsure: number
}

/** What a {@link NodeCleaner} works with. */
export interface NodeCleanerOptions {
  readonly cniDir: string
  readonly services: Services
  readonly boot: Boot
  /** Socket of the container runtime, if it is to be asked which sandboxes it has. */
  readonly criSocket?: string | undefined
  /** Runs the DEL of a container that is gone; `record` is what is known of it. */
  readonly release: (
    containerId: string,
    record: SandboxRecord | undefined,
    signal: AbortSignal,
  ) => Promise<void>
}

// A round gives other work its turn; what is left is for the next one.
const mostReleases = 64

/** Frees what dead sandboxes of one `cniDir` hold. Rounds must not overlap. */
export class NodeCleaner {
  readonly #options: NodeCleanerOptions
  readonly #gone = new Set<string>()
  readonly #log: Log
  #firstLook: Promise<CleaningReport> | undefined
  // A digest of what the file holds.
  #written = ''

  constructor(options: NodeCleanerOptions) {
    this.#options = options
    this.#log = options.services.log
  }

  /**
   * The first look since this process runs: frees what sandboxes of an earlier boot hold. Further calls give the same.
   *
   * @throws what keeps it from being done; it can be called again.
   */
  async start(signal: AbortSignal): Promise<CleaningReport> {
    this.#firstLook ??= this.#look(signal)
    try {
      return await this.#firstLook
    } catch (error) {
      this.#firstLook = undefined
      throw error
    }
  }

  /**
   * To be called before something is written into `cniDir`: writes down in which boot that is, once.
   *
   * @throws the error of the file system.
   */
  async open(signal: AbortSignal): Promise<void> {
    mkdirSync(this.#options.cniDir, { recursive: true, mode: 0o700 })
    await this.start(signal)
    if (this.#written === '') await this.#remember()
  }

  async #look(signal: AbortSignal): Promise<CleaningReport> {
    const { boot, services, cniDir } = this.#options
    const memory = readNodeMemory(cniDir, this.#log)
    for (const directory of memory?.dataDirs ?? []) services.dataDirs.note(directory)
    for (const containerId of memory?.gone ?? []) this.#gone.add(containerId)
    const isNewBoot = memory !== undefined && memory.bootId !== boot.id
    const done = isNewBoot ? await cleanAfterBoot(this.#place(signal), memory) : undefined
    for (const containerId of done?.gone ?? []) this.#gone.add(containerId)
    await this.#remember()
    const { sandboxes = 0, released = 0, addresses = 0 } = done ?? {}
    return { sandboxes, released, addresses, left: this.#gone.size, unsure: 0 }
  }

  /** One round: judges every sandbox and releases those that are gone. @throws what keeps it from being done */
  async round(signal: AbortSignal): Promise<CleaningReport> {
    await this.start(signal)
    const records = await listSandboxRecords(this.#options.cniDir)
    const unsure = await this.#judge(records, signal)
    const released = await this.#release(records, signal)
    const addresses = await this.#free(new Set(released), signal)
    await this.#remember()
    return {
      sandboxes: records.length,
      released: released.length,
      addresses,
      left: this.#gone.size,
      unsure,
    }
  }

  #place(signal: AbortSignal): Place {
    const { services, boot, cniDir } = this.#options
    const recent = new Set(services.attachGate.recent().map(({ containerId }) => containerId))
    return { cniDir, services, boot, signal, dataDirs: services.dataDirs, recent }
  }

  async #judge(records: readonly SandboxRecord[], signal: AbortSignal): Promise<number> {
    const pods = new PodWitness(this.#options.services, signal)
    const runtime = records.length > 0 ? await this.#askRuntime() : undefined
    const scene = { ...this.#place(signal), records, pods, runtime }
    let unsure = 0
    for (const record of records) {
      if (this.#gone.has(record.containerId)) {
        this.#spareIfInUse(record, scene)
        continue
      }
      signal.throwIfAborted()
      const verdict = await judge(record, scene)
      if (verdict === 'gone') this.#gone.add(record.containerId)
      if (verdict === 'unsure') unsure++
    }
    return unsure
  }

  // A container of podman or nerdctl has the same id when it is started again.
  #spareIfInUse(record: SandboxRecord, scene: Scene): void {
    if (!isInUse(record, scene)) return
    this.#gone.delete(record.containerId)
    this.#log.info({ containerId: record.containerId }, 'sandbox that was gone is there again')
  }

  async #askRuntime(): Promise<ReadonlySet<string> | undefined> {
    const { criSocket } = this.#options
    if (!criSocket) return undefined
    try {
      // Loaded only where it is asked for.
      const { listRuntimeSandboxes } = await import('./runtime-sandboxes.ts')
      return await listRuntimeSandboxes(criSocket)
    } catch (error) {
      this.#log.warn({ error }, 'runtime not asked for its sandboxes')
      return undefined
    }
  }

  async #release(records: readonly SandboxRecord[], signal: AbortSignal): Promise<string[]> {
    const byId = new Map(records.map((record) => [record.containerId, record]))
    const released: string[] = []
    for (const containerId of [...this.#gone].slice(0, mostReleases)) {
      signal.throwIfAborted()
      try {
        await this.#options.release(containerId, byId.get(containerId), signal)
        released.push(containerId)
        this.#gone.delete(containerId)
      } catch (error) {
        // Behind the others, so that they get their turn too.
        this.#gone.delete(containerId)
        this.#gone.add(containerId)
        this.#log.warn({ containerId, error }, 'sandbox that is gone could not be released')
      }
    }
    return released
  }

  async #free(containerIds: ReadonlySet<string>, signal: AbortSignal): Promise<number> {
    if (containerIds.size === 0) return 0
    const { dataDirs } = this.#options.services
    return releaseChosen(dataDirs.list(), (one) => containerIds.has(one.containerId), signal)
  }

  async #remember(): Promise<void> {
    const { boot, services, cniDir } = this.#options
    // Where nothing was ever attached there is nothing to remember.
    if (!existsSync(cniDir)) return
    const dataDirs = services.dataDirs.list()
    const reservations = await markReservations(dataDirs)
    const memory = { bootId: boot.id, gone: [...this.#gone], dataDirs, reservations }
    const text = JSON.stringify([boot.id, memory.gone, dataDirs, ...reservations])
    const digest = createHash('sha256').update(text).digest('hex')
    if (digest === this.#written) return
    await writeNodeMemory(cniDir, memory)
    this.#written = digest
  }
}
