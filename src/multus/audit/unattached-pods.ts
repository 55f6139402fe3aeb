// SPDX-License-Identifier: Apache-2.0

import { describeError } from '../../base/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import type { PodRef } from '../cluster.ts'
import type { Boot } from '../gc/boot.ts'
import type { SandboxRecord } from '../gc/sandbox-records.ts'
import { networksAnnotation, parseNetworks } from '../networks/networks.ts'
import { lacksStatus } from './lacks-status.ts'

/** A pod that runs without the networks that it asks for, because its sandbox was made without Multus. */
export interface UnattachedPod extends PodRef {
  /** `namespace/name` of what it asks for; empty when its annotation cannot be read. */
  readonly networks: readonly string[]
  /** UID of what makes it again. */
  readonly controller: string | undefined
  /** Why it would not come back with them if it were evicted, and what to do; undefined when it would. */
  readonly obstacle: string | undefined
}

/** What is known of this node. */
export interface NodeEvidence {
  /** All sandboxes that were made here with a Multus, ours or upstream's. */
  readonly records: readonly Pick<SandboxRecord, 'pod'>[]
  readonly boot: Pick<Boot, 'startedMs'>
}

/**
 * The pods among these, all of this node, that a runtime started without us. Certain are only those that run, of which a
 * container was started in this boot, and that neither a status nor any record tells of. A record that names the pod
 * without its UID counts as its own.
 */
export function unattachedPods(pods: readonly Pod[], evidence: NodeEvidence): readonly UnattachedPod[] {
  return pods
    .filter((pod) => lacksStatus(pod) && hasRun(pod, evidence) && !hasRecord(pod, evidence))
    .flatMap((pod) => {
      const wanted = wantedNetworks(pod)
      if (wanted.networks.length === 0 && wanted.problem === undefined) return []
      const { namespace, name, uid, ownerReferences } = pod.metadata
      const controller = ownerReferences.find((owner) => owner.controller)?.uid
      const obstacle = wanted.problem ?? obstacleOf(pod, controller)
      return [{ namespace, name, uid, networks: wanted.networks, controller, obstacle }]
    })
}

// What the API says of an earlier boot may be old: the sandbox is being made again.
function hasRun({ status }: Pod, { boot }: NodeEvidence): boolean {
  return status.containerStatuses.some(
    ({ startedAt }) => startedAt !== undefined && Date.parse(startedAt) >= boot.startedMs,
  )
}

function hasRecord({ metadata }: Pod, { records }: NodeEvidence): boolean {
  const isVague = isStatic(metadata.annotations)
  return records.some(({ pod }) => {
    if (pod === undefined) return false
    if (pod.uid === metadata.uid) return true
    // The kubelet knows a static pod by another UID than the API.
    return (pod.uid === '' || isVague) && pod.name === metadata.name && pod.namespace === metadata.namespace
  })
}

function wantedNetworks({ metadata }: Pod): Pick<UnattachedPod, 'networks'> & { readonly problem?: string } {
  const annotation = metadata.annotations[networksAnnotation]
  if (annotation === undefined) return { networks: [] }
  try {
    const networks = parseNetworks(annotation, metadata.namespace)
    return { networks: networks.map(({ namespace, name }) => `${namespace}/${name}`) }
  } catch (error) {
    return { networks: [], problem: `its annotation cannot be read, correct it: ${describeError(error)}` }
  }
}

function obstacleOf({ metadata }: Pod, controller: string | undefined): string | undefined {
  if (isStatic(metadata.annotations)) return 'it is a static pod: move its manifest away and back'
  if (controller !== undefined) return undefined
  return 'it has no controller and would not come back: delete it and create it again'
}

function isStatic(annotations: Readonly<Record<string, string>>): boolean {
  return annotations['kubernetes.io/config.mirror'] !== undefined
}
