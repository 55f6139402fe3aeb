// SPDX-License-Identifier: Apache-2.0

import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, parseJson, waitFor } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { root } from '../shim/build-shim.ts'
import { openNamespaces } from '../netns/open-namespaces.ts'
import type { EnclosedNode, NodeProcess } from './enclosed-node.ts'

/** Starts the daemon of a node, and ends it in every way in which daemons end. */
export class DaemonKeeper {
  readonly #node: EnclosedNode
  readonly #config: string
  readonly #log: string
  #process: NodeProcess | undefined

  constructor(node: EnclosedNode, { config, log }: { config: string; log: string }) {
    this.#node = node
    this.#config = config
    this.#log = log
  }

  /** Starts a daemon beside or after another one, and waits until it listens. */
  async start(): Promise<void> {
    const log = openSync(this.#log, 'a')
    const command = [join(root, 'bin/plait'), 'daemon', '-config', this.#config]
    const listening = this.#listenings()
    this.#process = await this.#node.spawn(command, { MULTUS_NODE_NAME: 'node1' }, log)
    closeSync(log)
    await waitFor(() => this.#listenings() > listening, { timeoutMs: 30_000, what: 'the daemon to listen' })
  }

  /** Ends the daemon with a signal and waits until it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const running = this.#process
    if (running === undefined) return
    this.#process = undefined
    process.kill(running.pid, signal)
    await running.ended
  }

  /** All that the daemons of this node have logged; what is no JSON object fails. */
  get log(): readonly JsonObject[] {
    return this.#lines().map((line) => {
      const value = parseJson(line)
      if (!isJsonObject(value)) throw new Error(`The daemon printed ${line}`)
      return value
    })
  }

  /** Network namespaces besides its own that the daemon holds open. */
  get openNamespaces(): number {
    return openNamespaces(this.#process?.pid ?? 0)
  }

  #lines(): string[] {
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  }

  #listenings(): number {
    return this.#lines().filter((line) => line.includes('daemon listens')).length
  }
}
