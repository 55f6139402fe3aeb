// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import { dig } from '../netns/fixture.ts'
import type { EnclosedNode } from './enclosed-node.ts'
import { textOf } from './text-of.ts'

const endpoint = 'unix:///run/containerd/containerd.sock'

/** What kubelet tells the runtime of a pod. */
export interface SandboxRequest {
  readonly name: string
  readonly uid: string
  readonly annotations: Readonly<Record<string, string>>
}

/** The runtime as kubelet speaks to it, by `crictl`. */
export class Cri {
  readonly #node: EnclosedNode
  readonly #directory: string
  readonly #cgroup: string
  #count = 0

  constructor(node: EnclosedNode, { directory, cgroup }: { directory: string; cgroup: string }) {
    this.#node = node
    this.#directory = directory
    this.#cgroup = cgroup
  }

  /** Makes a sandbox; gives its id. @throws CommandError with the runtime's words */
  async runSandbox({ name, uid, annotations }: SandboxRequest): Promise<string> {
    const file = join(this.#directory, `sandbox-${++this.#count}.json`)
    const metadata = { name, uid, namespace: 'default', attempt: this.#count }
    writeFileSync(file, JSON.stringify({ metadata, annotations, linux: { cgroup_parent: this.#cgroup } }))
    return (await this.#crictl('runp', file)).trim()
  }

  /** Ends a sandbox and forgets it. @throws CommandError; both steps may be repeated */
  async removeSandbox(id: string): Promise<void> {
    await this.#crictl('stopp', id)
    await this.#crictl('rmp', id)
  }

  /** The ids of all sandboxes that the runtime knows, of one pod or of all. */
  async sandboxes(name?: string): Promise<string[]> {
    const filter = name === undefined ? [] : ['--name', `^${name}$`]
    const text = await this.#crictl('pods', '--quiet', '--no-trunc', ...filter)
    return text.split('\n').filter((line) => line !== '')
  }

  /** The network namespace of a sandbox, as the node sees it. */
  async netnsOf(id: string): Promise<string> {
    const namespaces = dig(
      parseJson(await this.#crictl('inspectp', id)),
      'info',
      'runtimeSpec',
      'linux',
      'namespaces',
    )
    const network = Array.isArray(namespaces) && namespaces.find((one) => dig(one, 'type') === 'network')
    const path = isJsonObject(network) ? network['path'] : undefined
    if (typeof path !== 'string') throw new Error(`Sandbox ${id} has no network namespace`)
    return path
  }

  /** What the runtime answers to kubelet's question about the network; it asks the first plugin with STATUS. */
  async networkStatus(): Promise<{ readonly ready: boolean; readonly message: string }> {
    const conditions = dig(parseJson(await this.#crictl('info')), 'status', 'conditions')
    const network = Array.isArray(conditions) && conditions.find((one) => dig(one, 'type') === 'NetworkReady')
    if (!isJsonObject(network)) throw new Error('The runtime says nothing of its network')
    return { ready: network['status'] === true, message: textOf(network['message']) }
  }

  async #crictl(...words: readonly string[]): Promise<string> {
    return this.#node.run(['crictl', '--runtime-endpoint', endpoint, '--timeout', '60s', ...words], 90_000)
  }
}
