// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { CniError, cniErrorCode } from '../../cni/index.ts'
import type { CniCommand, InvokePlugin, PluginInvocation } from '../../cni/index.ts'
import type { FakePodNamespace } from './fake-pod-namespace.ts'

/** What a fake plugin does for one verb: gives a result, or fails. */
export type FakeAnswer =
  | JsonObject
  | Error
  | ((call: PluginInvocation) => JsonObject | undefined | Promise<JsonObject | undefined>)

/**
 * Plugins that make links in a fake namespace and remember what they hold; their text reads like a shell
 * session: `ADD macvlan net1 net-a`. A type that was not installed is missing.
 */
export class FakePlugins {
  readonly calls: PluginInvocation[] = []
  readonly #namespace: FakePodNamespace
  readonly #installed = new Map<string, Partial<Record<CniCommand, FakeAnswer>>>()
  readonly #held = new Set<string>()

  constructor(namespace: FakePodNamespace) {
    this.#namespace = namespace
  }

  /** Makes a type known; without an answer to ADD it gives one interface with one address. */
  install(type: string, answers: Partial<Record<CniCommand, FakeAnswer>> = {}): void {
    this.#installed.set(type, answers)
  }

  /** Takes a type away again. */
  uninstall(type: string): void {
    this.#installed.delete(type)
  }

  /** One line per call: verb, type, interface, network. */
  get lines(): readonly string[] {
    return this.calls.map(
      ({ command, type, ifName, config }) => `${command} ${type} ${ifName} ${networkOf(config)}`,
    )
  }

  /** What was added and not deleted: `type interface network`. */
  get held(): readonly string[] {
    return [...this.#held]
  }

  readonly invoke: InvokePlugin = async (call) => {
    this.calls.push(call)
    call.signal?.throwIfAborted()
    const answers = this.#installed.get(call.type)
    if (answers === undefined) {
      const message = `failed to find plugin "${call.type}" in path [${call.path.join(' ')}]`
      throw new CniError(cniErrorCode.internal, message, { id: 'cni/plugin-missing' })
    }
    if (call.command === 'ADD') this.#hold(call)
    const answer = answers[call.command]
    const result = typeof answer === 'function' ? await answer(call) : answer
    if (result instanceof Error) throw result
    if (call.command === 'DEL') this.#letGo(call)
    return call.command === 'ADD' ? (result ?? this.#usualResult(call)) : result
  }

  #hold(call: PluginInvocation): void {
    this.#held.add(key(call))
    if (this.#namespace.links.get(call.ifName) === undefined) this.#namespace.addLink(call.ifName)
  }

  #letGo(call: PluginInvocation): void {
    this.#held.delete(key(call))
    this.#namespace.removeLink(call.ifName)
  }

  #usualResult({ ifName, netns, config }: PluginInvocation): JsonObject {
    const place = this.#held.size
    const result = {
      interfaces: [{ name: ifName, mac: `02:00:00:00:00:0${place}`, sandbox: netns }],
      ips: [{ interface: 0, address: `10.0.${place}.2/24`, gateway: `10.0.${place}.1` }],
    }
    return { cniVersion: config.cniVersion || '1.0.0', ...result, ...legacyParts(config, result) }
  }
}

function legacyParts({ cniVersion }: JsonObject, { ips }: { ips: readonly JsonObject[] }): JsonObject {
  if (typeof cniVersion !== 'string' || !cniVersion.startsWith('0.')) return {}
  return { ips: ips.map((ip) => ({ version: '4', ...ip })) }
}

function key({ type, ifName, config }: PluginInvocation): string {
  return `${type} ${ifName} ${networkOf(config)}`
}

function networkOf({ name }: JsonObject): string {
  return typeof name === 'string' ? name : ''
}
