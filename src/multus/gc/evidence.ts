// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../base/index.ts'
import type { Services } from '../call.ts'
import { findPodForDel } from '../pod/pod.ts'
import type { Boot } from './boot.ts'
import type { K8sArgs } from '../request/k8s-args.ts'
import type { SandboxRecord } from './sandbox-records.ts'

/** What is known when sandboxes are judged. */
export interface Scene {
  readonly services: Pick<Services, 'kernel' | 'gcGraceMs'>
  readonly boot: Boot
  readonly records: readonly SandboxRecord[]
  readonly pods: PodWitness
  /** All sandboxes that the runtime knows; undefined where it is not asked, or has not answered. */
  readonly runtime?: ReadonlySet<string> | undefined
  /** Containers whose ADD runs, or ended a moment ago. */
  readonly recent: ReadonlySet<string>
}

/** How a sandbox fares; `unsure` is never released. */
export type Verdict = 'in-use' | 'gone' | 'unsure'

/**
 * Whether a sandbox is gone: its network namespace must not exist any more, *and* the API must say that its pod does not
 * either, or the pod must have a newer sandbox, or the runtime that it does not know the sandbox. No evidence are: a
 * namespace whose directory is not to be seen, a young file, a file that names no namespace or no pod, an API that does
 * not answer, a runtime that knows no sandbox at all, which is another one or has just begun.
 */
export async function judge(record: SandboxRecord, scene: Scene): Promise<Verdict> {
  if (isInUse(record, scene)) return 'in-use'
  if (record.pod === undefined || !hasEnded(record, scene)) return 'unsure'
  // The runtime will ask for the DEL of those that it knows.
  if (scene.runtime?.size) return scene.runtime.has(record.containerId) ? 'unsure' : 'gone'
  return hasNewerSandbox(record, scene) || (await scene.pods.isGone(record.pod)) ? 'gone' : 'unsure'
}

/** Whether a sandbox is certainly alive: its namespace is there, or its ADD runs or ended a moment ago. */
export function isInUse(
  { netns, containerId }: SandboxRecord,
  { services, recent }: Pick<Scene, 'services' | 'recent'>,
): boolean {
  return recent.has(containerId) || netns.some((path) => services.kernel.presenceOf(path) === 'there')
}

function hasEnded({ netns, writtenMs }: SandboxRecord, { services }: Pick<Scene, 'services'>): boolean {
  const isYoung = writtenMs > Date.now() - services.gcGraceMs
  return !isYoung && netns.length > 0 && netns.every((path) => services.kernel.presenceOf(path) === 'gone')
}

/**
 * Whether a record that was found by the first look since the node was started is of an earlier boot: no namespace
 * survives one, so none needs to be looked for, but one that is there says that the clock was set. The number in a path
 * of `/proc` may belong to another process meanwhile, so it says nothing.
 */
export function isOfEarlierBoot(
  record: SandboxRecord,
  scene: Omit<Scene, 'records' | 'pods' | 'runtime'>,
): boolean {
  const netns = record.netns.filter((path) => !path.startsWith('/proc/'))
  return record.writtenMs < scene.boot.startedMs && !isInUse({ ...record, netns }, scene)
}

function hasNewerSandbox({ pod, containerId, writtenMs }: SandboxRecord, scene: Scene): boolean {
  if (pod === undefined || pod.uid === '') return false
  return scene.records.some(
    (other) =>
      other.containerId !== containerId &&
      other.pod?.uid === pod.uid &&
      other.writtenMs > writtenMs &&
      isInUse(other, scene),
  )
}

/** Asks whether pods are gone; once the API has not answered, it is not asked again. */
export class PodWitness {
  readonly #services: Pick<Services, 'cluster' | 'podTiming'>
  readonly #signal: AbortSignal
  #isSilent = false

  constructor(services: Pick<Services, 'cluster' | 'podTiming'>, signal: AbortSignal) {
    this.#services = services
    this.#signal = signal
  }

  /** Whether the API has said that it does not know that very pod; false on any doubt. */
  async isGone(args: K8sArgs): Promise<boolean> {
    const { cluster, podTiming: timing } = this.#services
    if (cluster === undefined || this.#isSilent) return false
    try {
      return (await findPodForDel({ cluster, args, timing, signal: this.#signal })) === undefined
    } catch (error) {
      if (errorIdOf(error) === 'multus/pod-missing') return true
      this.#isSilent = true
      return false
    }
  }
}
