// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { Services } from '../call.ts'
import { readMultusSettings } from '../config/config.ts'
import type { MultusConfig } from '../config/config.ts'
import { fieldsOf } from '../decode.ts'
import type { MultusRequest } from '../request/request.ts'
import { readBoot } from './boot.ts'
import type { Boot } from './boot.ts'
import { NodeCleaner } from './node-cleaner.ts'
import type { CleaningReport } from './node-cleaner.ts'
import type { SandboxRecord } from './sandbox-records.ts'

/** Frees what sandboxes hold that are gone. Its rounds must not overlap. */
export interface Cleaning {
  /**
   * To be called before the first ADD is served: frees what sandboxes of an earlier boot hold, without running plugins.
   *
   * @throws what keeps it from being done.
   */
  afterBoot(signal: AbortSignal): Promise<CleaningReport>
  /** One round over everything that is written down. @throws what keeps it from being done */
  round(signal: AbortSignal): Promise<CleaningReport>
}

/** What cleaning needs besides the services. */
export interface CleaningOptions {
  readonly services: Services
  /** Keys of a Multus configuration that say where things are, for the time before the first request. */
  readonly settings: JsonObject
  readonly boot?: Boot | undefined
  /** Runs a DEL. */
  readonly release: (request: MultusRequest, signal: AbortSignal) => Promise<void>
}

// A node has one; a second one is there while it changes.
const mostPlaces = 4

// The ADD waits meanwhile.
const openTimeoutMs = 10_000

/** Cleaning of a node; requests tell it where their records are and how they are released. */
export class NodeCleaning implements Cleaning {
  readonly #options: CleaningOptions
  readonly #boot: Boot
  readonly #configs = new Map<string, MultusConfig>()
  readonly #cleaners = new Map<string, NodeCleaner>()
  readonly #opened = new Map<string, Promise<void>>()
  #isActive = false

  constructor(options: CleaningOptions) {
    this.#options = options
    this.#boot = options.boot ?? readBoot()
    this.#noteConfig(readMultusSettings(options.settings))
  }

  /**
   * To be called before a request is served. Before the first ADD that keeps its records in a directory, what an earlier
   * boot left there is freed; nothing is done where nobody cleans. Never fails.
   */
  async prepare({ command, config }: MultusRequest): Promise<void> {
    const { cniDir } = config
    this.#noteConfig(config)
    if (!this.#isActive || command !== 'ADD' || !this.#configs.has(cniDir)) return
    const opening = this.#opened.get(cniDir) ?? this.#open(cniDir)
    this.#opened.set(cniDir, opening)
    await opening
  }

  /** The directories in which something may be written down about sandboxes. */
  get cniDirs(): Iterable<string> {
    return this.#configs.keys()
  }

  async #open(cniDir: string): Promise<void> {
    try {
      await this.#cleaner(cniDir).open(AbortSignal.timeout(openTimeoutMs))
    } catch (error) {
      this.#options.services.log.warn({ cniDir, error }, 'cleaning put off to its next round')
    }
  }

  #noteConfig(config: MultusConfig): void {
    const isKnown = this.#configs.has(config.cniDir)
    if (isKnown || this.#configs.size < mostPlaces) this.#configs.set(config.cniDir, config)
  }

  async afterBoot(signal: AbortSignal): Promise<CleaningReport> {
    this.#isActive = true
    return this.#each((cleaner) => cleaner.start(signal))
  }

  async round(signal: AbortSignal): Promise<CleaningReport> {
    return this.#each((cleaner) => cleaner.round(signal))
  }

  async #each(work: (cleaner: NodeCleaner) => Promise<CleaningReport>): Promise<CleaningReport> {
    let sum: CleaningReport = { sandboxes: 0, released: 0, addresses: 0, left: 0, unsure: 0 }
    for (const cniDir of this.#configs.keys()) sum = add(sum, await work(this.#cleaner(cniDir)))
    return sum
  }

  #cleaner(cniDir: string): NodeCleaner {
    const known = this.#cleaners.get(cniDir)
    if (known !== undefined) return known
    const cleaner = new NodeCleaner({
      cniDir,
      services: this.#options.services,
      boot: this.#boot,
      criSocket: fieldsOf(this.#options.settings, 'NetConf').string('criSocket'),
      release: async (containerId, record, signal) => {
        const config = this.#configs.get(cniDir)
        if (config !== undefined) await this.#options.release(requestFor(containerId, record, config), signal)
      },
    })
    this.#cleaners.set(cniDir, cleaner)
    return cleaner
  }
}

function add(a: CleaningReport, b: CleaningReport): CleaningReport {
  return {
    sandboxes: a.sandboxes + b.sandboxes,
    released: a.released + b.released,
    addresses: a.addresses + b.addresses,
    left: a.left + b.left,
    unsure: a.unsure + b.unsure,
  }
}

const noPod = { namespace: '', name: '', infraContainerId: '', uid: '' }

/** The DEL that the runtime would have asked for; a record that cannot be released whole is kept. */
function requestFor(
  containerId: string,
  record: SandboxRecord | undefined,
  config: MultusConfig,
): MultusRequest {
  return {
    command: 'DEL',
    containerId,
    netns: '',
    // The name that runtimes give the interface of the default network.
    ifName: record?.ifName || 'eth0',
    args: record?.pod ?? noPod,
    rawArgs: record?.args ?? '',
    path: [config.binDir],
    environment: { PATH: process.env.PATH },
    allowOwnNetns: false,
    config: { ...config, readinessIndicatorFile: '', retryDeleteOnError: true },
    stdin: {},
  }
}
