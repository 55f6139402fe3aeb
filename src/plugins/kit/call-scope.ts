// SPDX-License-Identifier: Apache-2.0

import { UndoStack } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import type { PluginInvocation } from '../../cni/index.ts'
import { Namespace } from '../../linux/index.ts'
import { isNamespaceGone, openContainer } from './open-container.ts'
import { callTimeoutMs } from './run-options.ts'
import type { RunPluginOptions } from './run-options.ts'

/** One call of a plugin, with what is open during it. */
export class CallScope implements Disposable {
  readonly invocation: PluginInvocation
  readonly options: RunPluginOptions
  readonly cniVersion: string
  readonly name: string
  readonly signal: AbortSignal
  readonly undo = new UndoStack()
  #ownHost: Namespace | undefined
  #container: Namespace | undefined

  constructor(
    invocation: PluginInvocation,
    options: RunPluginOptions,
    network: { name: string; cniVersion: string },
  ) {
    this.invocation = invocation
    this.options = options
    this.name = network.name
    this.cniVersion = network.cniVersion
    this.signal = invocation.signal ?? AbortSignal.timeout(callTimeoutMs)
  }

  /** Most calls write nothing, so it is made only when it is asked for. */
  get log(): Log {
    const { type: plugin, containerId, ifName, log = this.options.log } = this.invocation
    // A network may be named with as many letters as its author likes.
    return log.child({ plugin, network: this.name.slice(0, 256), containerId, ifName })
  }

  /** The namespace that the plugin runs in. */
  get host(): Namespace {
    if (this.options.host !== undefined) return this.options.host()
    this.#ownHost ??= Namespace.current(this.#namespaceOptions())
    return this.#ownHost
  }

  /**
   * The container's namespace, opened on first use.
   *
   * @throws CniError with Go's text when the path cannot be opened.
   */
  get container(): Namespace {
    this.#container ??= openContainer(this.invocation.netns, this.#namespaceOptions())
    return this.#container
  }

  /** As {@link container}; undefined when there is no path, or no namespace at it any more. */
  get containerIfPresent(): Namespace | undefined {
    if (this.invocation.netns === '') return undefined
    try {
      return this.container
    } catch (error) {
      if (!isNamespaceGone(error)) throw error
      return undefined
    }
  }

  /** Tells the program that runs the plugin of a change that goes through no namespace. */
  beforeChange(what: string): void {
    this.options.beforeKernelCall?.(what)
  }

  [Symbol.dispose](): void {
    this.#container?.[Symbol.dispose]()
    this.#ownHost?.[Symbol.dispose]()
  }

  #namespaceOptions() {
    const beforeCall = this.options.beforeKernelCall
    return beforeCall === undefined ? {} : { beforeCall }
  }
}
