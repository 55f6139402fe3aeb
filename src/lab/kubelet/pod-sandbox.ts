// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'
import type { PodNetwork } from './pod-network.ts'
import { Pause, type PauseOptions } from './pause.ts'
import { createSandbox, hostSandbox, removeSandbox, type Sandbox } from './sandbox.ts'
import { removeSandboxRecord, writeSandboxRecord } from './sandbox-record.ts'

/** The pod that a sandbox is for. */
export interface SandboxOwner {
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly annotations: Readonly<Record<string, string>>
  /** The address of the node, for a pod on the node's own network. */
  readonly hostNetworkIp: string | undefined
}

/** A pod's namespaces, attached to its networks. */
export class PodSandbox {
  readonly id: string
  readonly pause: Pause
  readonly podIps: readonly string[]
  readonly #owner: SandboxOwner
  readonly #sandbox: Sandbox
  readonly #network: PodNetwork

  private constructor(made: Made) {
    this.id = made.sandbox.id
    this.pause = made.pause
    this.podIps = made.podIps
    this.#owner = made.owner
    this.#sandbox = made.sandbox
    this.#network = made.network
  }

  /**
   * Makes the namespaces, calls CNI ADD, starts the pause process. On failure all is taken back: CNI DEL, then the
   * network namespace, as containerd does.
   *
   * @throws Error in the words of containerd, with what failed to be taken back.
   */
  static async create(
    owner: SandboxOwner,
    network: PodNetwork,
    options: Omit<PauseOptions, 'netns'>,
  ): Promise<PodSandbox> {
    const sandbox = owner.hostNetworkIp === undefined ? await createSandbox() : hostSandbox()
    try {
      const podIps = await attach(owner, sandbox, network)
      const pause = await Pause.start({ ...options, netns: sandbox.netns })
      const { namespace, name, uid } = owner
      await writeSandboxRecord({ namespace, name, uid, pid: pause.pid, root: pause.root })
      return new PodSandbox({ owner, sandbox, network, podIps, pause })
    } catch (error) {
      const failures = await takeBack(owner, sandbox, network)
      throw failures.length === 0 ? error : new AggregateError([error, ...failures])
    }
  }

  /** Ends the processes, calls CNI DEL, removes the network namespace. @throws AggregateError of what failed */
  async remove(): Promise<void> {
    await this.pause.end()
    const failures = await takeBack(this.#owner, this.#sandbox, this.#network)
    if (failures.length > 0) throw new AggregateError(failures)
    removeSandboxRecord(this.#owner.uid)
  }
}

interface Made {
  readonly owner: SandboxOwner
  readonly sandbox: Sandbox
  readonly network: PodNetwork
  readonly podIps: readonly string[]
  readonly pause: Pause
}

async function attach(owner: SandboxOwner, { id, netns }: Sandbox, network: PodNetwork): Promise<string[]> {
  if (owner.hostNetworkIp !== undefined) return [owner.hostNetworkIp]
  try {
    return await network.add({ ...owner, sandboxId: id, netns })
  } catch (error) {
    throw new Error(`failed to setup network for sandbox "${id}"`, { cause: error })
  }
}

async function takeBack(owner: SandboxOwner, sandbox: Sandbox, network: PodNetwork): Promise<Error[]> {
  const { id, netns } = sandbox
  const failures: Error[] = []
  try {
    if (owner.hostNetworkIp === undefined) await network.remove({ ...owner, sandboxId: id, netns })
  } catch (error) {
    failures.push(new Error(`failed to destroy network for sandbox "${id}": ${describeError(error)}`))
  }
  try {
    await removeSandbox(sandbox)
  } catch (error) {
    failures.push(new Error(`failed to remove network namespace for sandbox "${id}"`, { cause: error }))
  }
  return failures
}
