// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeError } from '../../base/index.ts'
import type { GenericObject } from '../../kubernetes/index.ts'
import { readPodSpec, type PodSpec } from '../cluster/pod-spec.ts'
import { Backoff } from './backoff.ts'
import { formatNow } from './clock.ts'
import { removeContainerLogs } from './container-log.ts'
import { PodContainers } from './pod-containers.ts'
import type { PodNetwork } from './pod-network.ts'
import { PodSandbox } from './pod-sandbox.ts'
import { PodTeller, type TellerOptions } from './pod-teller.ts'
import { resolvConf } from './resolv-conf.ts'

/** What the pods of one node have in common. */
export interface NodeRuntime extends TellerOptions {
  readonly network: PodNetwork
  readonly hostIp: string
  /** Directory that containers see as `/bin`. */
  readonly image: string
  /** Directory for the roots of pods. */
  readonly rootDirectory: string
}

// The longest that the lab waits for a command to end by itself, whatever the pod asks for.
const maxGraceMs = 2000

/** One pod on this node, from its sandbox to its removal. */
export class PodWorker {
  readonly #runtime: NodeRuntime
  readonly #pod: GenericObject
  readonly #spec: PodSpec
  readonly #teller: PodTeller
  readonly #startTime = formatNow()
  readonly #stop = new AbortController()
  #sandbox: PodSandbox | undefined
  #containers: PodContainers | undefined

  constructor(runtime: NodeRuntime, pod: GenericObject) {
    this.#runtime = runtime
    this.#pod = pod
    this.#spec = readPodSpec(pod.content)
    this.#teller = new PodTeller(runtime, pod)
  }

  /** Brings the pod up, keeps it, and takes it down after {@link stop}; ends when nothing of it is left. */
  async run(): Promise<void> {
    this.#tell()
    this.#sandbox = await this.#untilDone('Failed to create pod sandbox', async () => this.#createSandbox())
    if (this.#sandbox !== undefined) await this.#keep(this.#sandbox)
    await this.#untilStopped()
    removeContainerLogs(this.#pod.metadata.uid)
    await this.#teller.remove()
  }

  /** Asks for the pod's end. */
  stop(): void {
    this.#stop.abort()
  }

  async #keep(sandbox: PodSandbox): Promise<void> {
    this.#containers = new PodContainers({
      pause: sandbox.pause,
      podUid: this.#pod.metadata.uid,
      spec: this.#spec,
      onChange: (name, what) => {
        if (what === 'started') this.#teller.post('Normal', 'Started', `Started container ${name}`)
        this.#tell()
      },
    })
    this.#tell()
    await Promise.race([this.#containers.finished, this.#untilStopped()])
    if (this.#stop.signal.aborted) {
      for (const { name } of this.#spec.containers) {
        this.#teller.post('Normal', 'Killing', `Stopping container ${name}`)
      }
    }
    await this.#containers.stop(Math.min(maxGraceMs, this.#spec.terminationGracePeriodSeconds * 1000))
    await this.#takeDown(sandbox)
  }

  /** Without end, as the kubelet: a pod stays in the API until its node has nothing of it any more. */
  async #takeDown(sandbox: PodSandbox): Promise<void> {
    const backoff = new Backoff()
    for (;;) {
      try {
        await sandbox.remove()
        return
      } catch (error) {
        const message = `error killing pod: failed to "KillPodSandbox": rpc error: code = Unknown desc = ${describeError(error)}`
        this.#teller.post('Warning', 'FailedKillPod', message)
      }
      await backoff.pause()
    }
  }

  async #untilDone<T>(failure: string, attempt: () => Promise<T>): Promise<T | undefined> {
    const backoff = new Backoff()
    while (!this.#stop.signal.aborted) {
      try {
        return await attempt()
      } catch (error) {
        const message = `${failure}: rpc error: code = Unknown desc = ${describeError(error)}`
        this.#teller.post('Warning', 'FailedCreatePodSandBox', message)
      }
      // An abort ends the pause, and the loop with it.
      await backoff.pause(this.#stop.signal).catch(() => undefined)
    }
    return undefined
  }

  async #createSandbox(): Promise<PodSandbox> {
    const { namespace, name, uid, annotations } = this.#pod.metadata
    const { image, network, rootDirectory, hostIp } = this.#runtime
    const hostNetworkIp = this.#spec.hostNetwork ? hostIp : undefined
    return PodSandbox.create({ namespace, name, uid, annotations, hostNetworkIp }, network, {
      root: join(rootDirectory, uid),
      image,
      hostname: this.#spec.hostname ?? name,
      resolvConf: resolvConf(this.#spec, namespace, readNodeResolvConf()),
    })
  }

  #tell(): void {
    this.#teller.tell({
      spec: this.#spec,
      hostIp: this.#runtime.hostIp,
      podIps: this.#sandbox?.podIps ?? [],
      startTime: this.#startTime,
      sandboxId: this.#sandbox?.id,
      containers: this.#containers?.states ?? new Map(),
      restarts: this.#containers?.restarts ?? new Map(),
    })
  }

  async #untilStopped(): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted) return
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  }
}

function readNodeResolvConf(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8')
  } catch {
    return '' // The lab hides what is under /run, where the file is a link to on some machines.
  }
}
