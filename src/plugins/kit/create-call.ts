// SPDX-License-Identifier: Apache-2.0

import type { JsonObject, Log } from '../../base/index.ts'
import { parsePrevResult, selectCniArgs } from '../../cni/index.ts'
import type { CniResult } from '../../cni/index.ts'
import type { Namespace } from '../../linux/index.ts'
import type { CallScope } from './call-scope.ts'
import type { CommonConfig } from './common-config.ts'
import { createIpamDelegate } from './ipam-delegate.ts'
import type { IpamDelegate } from './ipam-delegate.ts'
import { isOwnNamespace } from './own-namespace.ts'
import type { AddCall, AttachmentCall, DelCall, PluginCall } from './plugin-call.ts'

/** What the decoder made of a configuration. */
export interface Decoded<Config, RuntimeConfig, ConfigArgs> {
  readonly config: Config
  readonly common: CommonConfig
  readonly runtimeConfig: RuntimeConfig
  readonly configArgs: ConfigArgs
}

/** A call of GC or STATUS: a view on the scope. */
export class NetworkView<C, R, A> implements PluginCall<C, R, A> {
  readonly config: C
  readonly common: CommonConfig
  readonly runtimeConfig: R
  readonly configArgs: A
  readonly ipam: IpamDelegate
  protected readonly scope: CallScope

  constructor(scope: CallScope, decoded: Decoded<C, R, A>) {
    this.scope = scope
    this.config = decoded.config
    this.common = decoded.common
    this.runtimeConfig = decoded.runtimeConfig
    this.configArgs = decoded.configArgs
    this.ipam = createIpamDelegate(scope)
  }

  get rawConfig(): JsonObject {
    return this.scope.invocation.config
  }

  get name(): string {
    return this.scope.name
  }

  get cniVersion(): string {
    return this.scope.cniVersion
  }

  get host(): Namespace {
    return this.scope.host
  }

  get dataDir(): string | undefined {
    return this.scope.options.dataDirs?.[this.scope.invocation.type]
  }

  get log(): Log {
    return this.scope.log
  }

  get signal(): AbortSignal {
    return this.scope.signal
  }

  beforeChange(what: string): void {
    this.scope.beforeChange(what)
  }
}

/** What the views of ADD, CHECK and DEL have in common. */
abstract class AttachmentView<C, R, A> extends NetworkView<C, R, A> implements AttachmentCall<C, R, A> {
  abstract readonly args: ReadonlyMap<string, string>
  abstract readonly prevResult: CniResult | undefined

  get containerId(): string {
    return this.scope.invocation.containerId
  }

  get ifName(): string {
    return this.scope.invocation.ifName
  }

  get netns(): string {
    return this.scope.invocation.netns
  }
}

/** A call of ADD or CHECK. */
export class AddView<C, R, A> extends AttachmentView<C, R, A> implements AddCall<C, R, A> {
  readonly args: ReadonlyMap<string, string>
  #prevResult: { readonly value: CniResult | undefined } | undefined

  /** @throws CniError for CNI_ARGS that the plugin does not know. */
  constructor(scope: CallScope, decoded: Decoded<C, R, A>, knownArgs: readonly string[] | undefined) {
    super(scope, decoded)
    this.args = readArgs(scope, knownArgs)
  }

  get container(): Namespace {
    return this.scope.container
  }

  get linkGroup(): number {
    return this.scope.options.linkGroup ?? 0
  }

  get prevResult(): CniResult | undefined {
    this.#prevResult ??= { value: parsePrevResult(this.rawConfig, this.cniVersion) }
    return this.#prevResult.value
  }

  undo(label: string, step: () => void | Promise<void>): void {
    this.scope.undo.push(label, step)
  }
}

/** A call of DEL: what cannot be read is treated as absent, so that the rest is released. */
export class DelView<C, R, A> extends AttachmentView<C, R, A> implements DelCall<C, R, A> {
  readonly args: ReadonlyMap<string, string>
  readonly prevResult: CniResult | undefined

  constructor(scope: CallScope, decoded: Decoded<C, R, A>, knownArgs: readonly string[] | undefined) {
    super(scope, decoded)
    this.args = tolerate(scope, () => readArgs(scope, knownArgs)) ?? new Map()
    this.prevResult = tolerate(scope, () => parsePrevResult(this.rawConfig, this.cniVersion))
  }

  get container(): Namespace | undefined {
    // What is in the plugin's own namespace was never made by an ADD, which refuses it.
    return isOwnNamespace(this.scope) ? undefined : this.scope.containerIfPresent
  }
}

function readArgs(
  { invocation }: CallScope,
  known: readonly string[] | undefined,
): ReadonlyMap<string, string> {
  return known === undefined ? new Map() : selectCniArgs(invocation.args, [...known])
}

function tolerate<T>(scope: CallScope, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    scope.log.warn({ error }, 'deleting without an input that cannot be read')
    return undefined
  }
}
