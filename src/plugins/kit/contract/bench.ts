// SPDX-License-Identifier: Apache-2.0

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog, waitFor } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { pluginMissing } from '../../../cni/index.ts'
import type { CniCommand, InvokePlugin } from '../../../cni/index.ts'
import { Namespace } from '../../../linux/index.ts'
import { createBundledInvoke } from '../bundled-invoke.ts'
import type { Plugin } from '../define-plugin.ts'
import { loadPlugins } from '../load-plugins.ts'
import type { Container, PluginCases } from './cases.ts'
import { Injector } from './injector.ts'
import { describeNamespace } from './witness.ts'

/** The network's name in all configurations of the bench. */
export const networkName = 'contract'

/** A host namespace of its own with containers and a directory for state, in which one plugin is tried. */
export class Bench implements Disposable {
  readonly plugin: Plugin
  readonly cases: PluginCases
  readonly host: Namespace
  readonly dataDir = mkdtempSync(join(tmpdir(), 'plait-contract-'))
  readonly injector = new Injector()
  readonly #watchedHost: Namespace
  readonly #containers = new Map<string, Namespace>()
  readonly #invoke: InvokePlugin
  #count = 0

  /** A bench on which the plugin has worked once, so that what it leaves by design (a bridge, a lock file) is there. */
  static async create(plugin: Plugin, cases: PluginCases): Promise<Bench> {
    const bench = new Bench(plugin, cases, new Map([...(await loadPlugins()), [plugin.name, plugin]]))
    try {
      cases.prepareHost?.(bench)
      const container = bench.addContainer()
      const config = bench.configFor(container)
      await bench.run('ADD', container, config)
      await bench.run('DEL', container, config)
      bench.removeContainer(container)
      return bench
    } catch (error) {
      bench[Symbol.dispose]()
      throw error
    }
  }

  private constructor(plugin: Plugin, cases: PluginCases, plugins: ReadonlyMap<string, Plugin>) {
    this.plugin = plugin
    this.cases = cases
    this.host = Namespace.create()
    this.host.links.set(1, { up: true })
    const { beforeCall } = this.injector
    this.#watchedHost = Namespace.open(this.host.path, { beforeCall })
    this.#invoke = createBundledInvoke({
      plugins,
      fallback: ({ type }) => Promise.reject(pluginMissing(`failed to find plugin "${type}" in path []`)),
      log: silentLog,
      host: () => this.#watchedHost,
      beforeKernelCall: beforeCall,
      dataDirs: Object.fromEntries([...plugins.keys()].map((name) => [name, join(this.dataDir, name)])),
    })
  }

  /** A container with a namespace of its own. */
  addContainer(): Container {
    const containerId = `container-${this.#count++}`
    const namespace = Namespace.create()
    // Duplicate address detection takes a second or two for each address, and is not what the contract is about.
    namespace.writeSysctl('net/ipv6/conf/default/accept_dad', '0')
    this.#containers.set(containerId, namespace)
    return { containerId, ifName: 'net1', netns: namespace.path }
  }

  /** The namespace of a container, through a handle that nothing watches. */
  namespaceOf({ containerId }: Container): Namespace {
    const namespace = this.#containers.get(containerId)
    if (namespace === undefined) throw new Error(`There is no container ${containerId}`)
    return namespace
  }

  /** Lets go of a container's namespace, as a runtime does; the kernel removes it with its links. */
  removeContainer(container: Container): void {
    this.namespaceOf(container)[Symbol.dispose]()
    this.#containers.delete(container.containerId)
  }

  /** The configuration of a call, with the result of the plugins before this one if it is a chained one. */
  configFor(container: Container, cniVersion = '1.1.0'): JsonObject {
    const previous = this.cases.prepareContainer?.(this, container)
    return {
      cniVersion,
      name: networkName,
      type: this.plugin.name,
      ...this.cases.config,
      ...(previous !== undefined && { prevResult: previous }),
    }
  }

  /** Runs one call of the plugin. */
  run(command: CniCommand, container: Container, config: JsonObject): Promise<JsonObject | undefined> {
    return this.#invoke({ ...container, type: this.plugin.name, command, args: '', path: [], config })
  }

  /** Everything that a call could leave behind: both namespaces and the names of the files of state. */
  describe(container?: Container): string {
    return [
      '--- host',
      describeNamespace(this.host),
      ...(container === undefined ? [] : ['--- container', describeNamespace(this.namespaceOf(container))]),
      '--- files',
      ...readdirSync(this.dataDir, { recursive: true, encoding: 'utf8' }).toSorted(),
    ].join('\n')
  }

  /** Waits until everything is as it was described; what a namespace held is removed by the kernel in its own time. */
  async expectState(wanted: string, container?: Container): Promise<void> {
    let last = ''
    await waitFor(() => (last = this.describe(container)) === wanted, {
      timeoutMs: 3_000,
      intervalMs: 20,
      what: 'the state of before',
    }).catch(() => undefined)
    if (last !== wanted) throw new Error(`Left behind:\n${difference(wanted, last)}`)
  }

  [Symbol.dispose](): void {
    for (const namespace of this.#containers.values()) namespace[Symbol.dispose]()
    this.#watchedHost[Symbol.dispose]()
    this.host[Symbol.dispose]()
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

/** Lines that are there more often, or less, than they should. */
function difference(wanted: string, found: string): string {
  const count = (text: string, line: string) => text.split('\n').filter((one) => one === line).length
  const lines = new Set([...wanted.split('\n'), ...found.split('\n')])
  return [...lines]
    .flatMap((line) => {
      const change = count(found, line) - count(wanted, line)
      return change === 0 ? [] : [`${change > 0 ? '+' : ''}${change} ${line}`]
    })
    .join('\n')
}
