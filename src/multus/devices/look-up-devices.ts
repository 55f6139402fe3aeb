// SPDX-License-Identifier: Apache-2.0

import { existsSync } from 'node:fs'
import { describeError, PlaitError } from '../../base/index.ts'
import type { KubernetesClient } from '../../kubernetes/index.ts'
import type { PodRef } from '../cluster.ts'
import { readCheckpoint } from './checkpoint.ts'
import type { DeviceMap } from './device-pool.ts'
import { readClaimedDevices } from './dra.ts'
import { listPodResources } from './pod-resources.ts'

/** Where the kubelet tells which devices it gave to which pod. */
export interface DeviceSources {
  /** For devices of DRA drivers; without one there are none. */
  readonly client?: KubernetesClient | undefined
  readonly podResourcesSocket?: string
  readonly checkpointFile?: string
}

const defaultSocket = '/var/lib/kubelet/pod-resources/kubelet.sock'
const defaultCheckpoint = '/var/lib/kubelet/device-plugins/kubelet_internal_checkpoint'

/**
 * The devices of a pod by resource: what the kubelet's pod-resources service says, or its checkpoint where
 * there is no such service (DEV-2, DEV-3), and what DRA drivers allocated (DEV-7).
 *
 * @throws PlaitError `multus/device-failed` with upstream's text.
 */
export async function lookUpDevices(pod: PodRef, sources: DeviceSources): Promise<DeviceMap> {
  const { client, podResourcesSocket = defaultSocket, checkpointFile = defaultCheckpoint } = sources
  const fromKubelet = await failingAs('failed to get resourceMap from ResourceClient', async () =>
    existsSync(podResourcesSocket)
      ? listPodResources(podResourcesSocket, pod)
      : readCheckpoint(checkpointFile, pod.uid),
  )
  if (client === undefined) return fromKubelet
  const fromDrivers = await failingAs('failed to get resourceMap from DRA client', () =>
    readClaimedDevices(client, pod),
  )
  return merge(fromKubelet, fromDrivers)
}

function merge(a: DeviceMap, b: DeviceMap): DeviceMap {
  return new Map(
    [...new Set([...a.keys(), ...b.keys()])].map((key) => [
      key,
      [...(a.get(key) ?? []), ...(b.get(key) ?? [])],
    ]),
  )
}

async function failingAs<T>(what: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw new PlaitError('multus/device-failed', `getKubernetesDelegate: ${what}: ${describeError(error)}`)
  }
}
