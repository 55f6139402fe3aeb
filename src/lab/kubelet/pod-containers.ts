// SPDX-License-Identifier: Apache-2.0

import { runCommand, waitFor } from '../../base/index.ts'
import { formatNow } from './clock.ts'
import type { PodSpec } from '../cluster/pod-spec.ts'
import { Backoff } from './backoff.ts'
import { containerLogPath } from './container-log.ts'
import { Container, type ContainerEnd } from './container.ts'
import type { Pause } from './pause.ts'
import type { ContainerState } from './pod-status.ts'

/** Is told when a container has started or ended, so that the pod's status can be told. */
export type OnContainerChange = (name: string, what: 'started' | 'ended') => void

/** What the containers of a pod are started with. */
export interface PodContainersOptions {
  readonly pause: Pause
  readonly podUid: string
  readonly spec: PodSpec
  readonly onChange: OnContainerChange
}

/** The containers of a pod: started, restarted as `restartPolicy` says, and ended. */
export class PodContainers {
  readonly states = new Map<string, ContainerState>()
  readonly restarts = new Map<string, number>()
  /** Is resolved when no container runs and none will be started again. */
  readonly finished: Promise<void>
  readonly #pause: Pause
  readonly #podUid: string
  readonly #running = new Set<Container>()
  readonly #stop = new AbortController()
  readonly #onChange: OnContainerChange

  constructor({ pause, podUid, spec, onChange }: PodContainersOptions) {
    this.#pause = pause
    this.#podUid = podUid
    this.#onChange = onChange
    const lives = spec.containers.map(async (one) => this.#live(one, spec.restartPolicy))
    this.finished = Promise.all(lives).then(() => undefined)
  }

  /** Asks the commands to end, and gives them `graceMs` for it; what then still runs ends with the pod's sandbox. */
  async stop(graceMs: number): Promise<void> {
    this.#stop.abort()
    if (this.#running.size === 0) return
    // Process 1 of the pod is its pause process, which "-1" leaves out.
    const command = this.#pause.enter(['/bin/busybox', 'kill', '-TERM', '-1'])
    await runCommand(command, { timeoutMs: 5000 }).catch(() => undefined) // They may be ending by themselves.
    await waitFor(() => this.#running.size === 0, {
      timeoutMs: graceMs,
      what: 'the containers to end',
    }).catch(
      () => undefined, // Those that stay are killed.
    )
  }

  async #live(spec: PodSpec['containers'][number], restartPolicy: string): Promise<void> {
    const backoff = new Backoff()
    for (;;) {
      const end = await this.#runOnce(spec)
      if (this.#stop.signal.aborted || !shouldRestart(restartPolicy, end)) return
      const message = `back-off restarting failed container ${spec.name}: exit code ${end.exitCode}: ${end.output}`
      this.states.set(spec.name, { kind: 'waiting', reason: 'CrashLoopBackOff', message })
      this.#onChange(spec.name, 'ended')
      // An abort ends the pause; the loop then ends as well.
      await backoff.pause(this.#stop.signal).catch(() => undefined)
      if (this.#stop.signal.aborted) return
      this.restarts.set(spec.name, (this.restarts.get(spec.name) ?? 0) + 1)
    }
  }

  async #runOnce(spec: PodSpec['containers'][number]): Promise<ContainerEnd> {
    const startedAt = formatNow()
    const container = new Container(this.#pause, spec, containerLogPath(this.#podUid, spec.name))
    this.#running.add(container)
    this.states.set(spec.name, { kind: 'running', startedAt })
    this.#onChange(spec.name, 'started')
    const end = await container.ended
    this.#running.delete(container)
    this.states.set(spec.name, { kind: 'terminated', end, startedAt, finishedAt: formatNow() })
    this.#onChange(spec.name, 'ended')
    return end
  }
}

function shouldRestart(policy: string, { exitCode }: ContainerEnd): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}
