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
 * either, or the pod must have a newer sandbox, or the runtime that it does not know the sandbox. An API that does not answer, a young file and a file that names no
 * namespace are no evidence.
 */
export async function judge(record: SandboxRecord, scene: Scene): Promise<Verdict> {
  const { netns, writtenMs, containerId } = record
  if (scene.recent.has(containerId) || netns.some((path) => isThere(path, scene))) return 'in-use'
  if (netns.length === 0 || writtenMs > Date.now() - scene.services.gcGraceMs) return 'unsure'
  // The runtime will ask for the DEL of those that it knows.
  if (scene.runtime !== undefined) return scene.runtime.has(containerId) ? 'unsure' : 'gone'
  if (record.pod === undefined) return 'unsure'
  return hasNewerSandbox(record, scene) || (await scene.pods.isGone(record.pod)) ? 'gone' : 'unsure'
}

/**
 * Whether a record that was found by the first look since the node was started is of an earlier boot: no namespace
 * survives one. The number in a path of `/proc` may belong to another process meanwhile, so it says nothing.
 */
export function isOfEarlierBoot(
  { netns, writtenMs, containerId }: SandboxRecord,
  scene: Omit<Scene, 'records' | 'pods' | 'runtime'>,
): boolean {
  if (writtenMs >= scene.boot.startedMs || scene.recent.has(containerId)) return false
  return !netns.some((path) => !path.startsWith('/proc/') && isThere(path, scene))
}

// What cannot be found out, for want of descriptors for example, counts as there.
function isThere(path: string, { services }: Pick<Scene, 'services'>): boolean {
  try {
    services.kernel.openPodNamespace(path, { allowOwn: true })[Symbol.dispose]()
    return true
  } catch (error) {
    const id = errorIdOf(error)
    return id !== 'net/namespace-missing' && id !== 'net/not-a-namespace'
  }
}

function hasNewerSandbox({ pod, containerId, writtenMs }: SandboxRecord, scene: Scene): boolean {
  if (pod === undefined || pod.uid === '') return false
  return scene.records.some(
    (other) =>
      other.containerId !== containerId &&
      other.pod?.uid === pod.uid &&
      other.writtenMs > writtenMs &&
      other.netns.some((path) => isThere(path, scene)),
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
