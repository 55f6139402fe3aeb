// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { dirname, extname, isAbsolute, join } from 'node:path'
import type { Log } from '../../base/index.ts'
import { listOfPlugin, loadConfigFile, loadListFile } from '../../cni/index.ts'
import type { NetworkConfigList } from '../../cni/index.ts'
import { findCandidates } from './candidates.ts'
import type { Candidates } from './candidates.ts'
import { forceVersion } from './force-version.ts'
import { formatMultusConf } from './multus-conf.ts'
import { PrimaryChooser } from './primary-chooser.ts'
import type { Choice, ChoiceTiming } from './primary-chooser.ts'
import { readRememberedChoice, rememberChoice } from './remembered-choice.ts'
import type { GenerateSettings } from './settings.ts'
import type { ConfSource, WantedConf } from './wanted-conf.ts'

/** What the choice of the default network is told to. */
export interface ChoiceOptions {
  readonly log: Log
  /** Is told that another file than before is the default network. */
  readonly onChange: (before: string, after: string) => void
  readonly timing?: ChoiceTiming
}

// A problem is a line for people.
const mostNamed = 4

/** The configuration that wraps the default network which is found in a directory (`multusConfigFile` is `auto`). */
export class GeneratedConf implements ConfSource {
  readonly directories: readonly string[]
  readonly #settings: GenerateSettings
  readonly #options: ChoiceOptions
  readonly #chooser: PrimaryChooser
  #rival: string | undefined

  constructor(settings: GenerateSettings, options: ChoiceOptions) {
    const { primaryDir, readinessIndicator, stateFile, pinned, clusterNetwork } = settings
    this.#settings = settings
    this.#options = options
    this.directories = [primaryDir, ...(readinessIndicator ? [dirname(readinessIndicator)] : [])]
    const isGiven = pinned !== undefined || clusterNetwork !== undefined
    const remembered = isGiven ? undefined : readRememberedChoice(stateFile, options.log)
    this.#chooser = new PrimaryChooser(remembered, performance.now(), options.timing)
  }

  async look(): Promise<WantedConf> {
    const { readinessIndicator, clusterNetwork, primaryDir, pinned } = this.#settings
    if (readinessIndicator && !existsSync(readinessIndicator)) {
      return { waiting: `the default network is not ready: ${readinessIndicator} is not there` }
    }
    if (clusterNetwork) return this.#wrapGiven(clusterNetwork)
    const candidates = findCandidates(primaryDir)
    const choice = this.#choose(candidates, pinned)
    if ('waiting' in choice) return { waiting: `no default network yet: ${choice.waiting}` }
    const wanted = await this.#wrap(join(primaryDir, choice.file))
    if (pinned === undefined) await this.#accept(choice.file, candidates)
    return wanted
  }

  #choose(candidates: Candidates, pinned: string | undefined): Choice {
    const { primaryDir } = this.#settings
    if (pinned !== undefined) {
      if (existsSync(join(primaryDir, pinned))) return { file: pinned }
      return { waiting: `${pinned} is not in ${primaryDir}` }
    }
    const choice = this.#chooser.choose(candidates.names, performance.now())
    if (!('waiting' in choice)) return choice
    const passed = candidates.ignored.slice(0, mostNamed).map(({ name, why }) => `${name}: ${why}`)
    const others =
      passed.length === 0 ? '' : ` (passed over: ${passed.join(', ')}; "multusMasterCNI" would choose one)`
    return { waiting: `${choice.waiting} in ${primaryDir}${others}` }
  }

  /** A path is wrapped as a file that was found would be; a name is looked up at each request. */
  async #wrapGiven(clusterNetwork: string): Promise<WantedConf> {
    const { cniVersion } = this.#settings
    if (isAbsolute(clusterNetwork) && extname(clusterNetwork) !== '') return this.#wrap(clusterNetwork)
    const text = formatMultusConf(this.#settings, { clusterNetwork, network: undefined })
    this.#options.log.debug({ clusterNetwork, cniVersion }, 'the default network is given by its name')
    return { data: Buffer.from(text) }
  }

  async #wrap(path: string): Promise<WantedConf> {
    const { forceCniVersion, cniVersion } = this.#settings
    if (forceCniVersion) await forceVersion(path, cniVersion)
    const text = formatMultusConf(this.#settings, { clusterNetwork: path, network: loadNetworkFile(path) })
    return { data: Buffer.from(text) }
  }

  async #accept(file: string, { names }: Candidates): Promise<void> {
    const { log, onChange } = this.#options
    const before = this.#chooser.kept
    this.#chooser.accept(file, performance.now())
    if (before !== file) {
      const others = names.filter((name) => name !== file)
      log.info({ file, before, others }, 'the default network is chosen')
      if (before !== undefined) onChange(before, file)
      await this.#remember(file)
    }
    this.#tellRival(file, names[0])
  }

  /** A node whose disk cannot be written to gets its configuration all the same. */
  async #remember(file: string): Promise<void> {
    const { stateFile } = this.#settings
    try {
      await rememberChoice(stateFile, file)
    } catch (error) {
      this.#options.log.warn({ path: stateFile, error }, 'the default network cannot be remembered')
    }
  }

  /** Once for each: a file that the runtime alone would take instead. */
  #tellRival(file: string, first: string | undefined): void {
    const rival = first === file ? undefined : first
    if (rival === this.#rival) return
    this.#rival = rival
    if (rival === undefined) return
    const text =
      'another configuration sorts before the default network, which is kept: set "multusMasterCNI"'
    this.#options.log.warn({ file, other: rival }, text)
  }
}

function loadNetworkFile(path: string): NetworkConfigList {
  return extname(path) === '.conflist' ? loadListFile(path) : listOfPlugin(loadConfigFile(path))
}
