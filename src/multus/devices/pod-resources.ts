// SPDX-License-Identifier: Apache-2.0

import { PlaitError, TimeoutError } from '../../base/index.ts'
import type { PodRef } from '../cluster.ts'
import type { DeviceMap } from './device-pool.ts'
import { callUnary } from '../grpc/unary-call.ts'
import { readProtobuf } from './protobuf.ts'

/**
 * The devices of a pod from the kubelet's pod-resources service (gRPC, `v1.PodResourcesLister/List`) on its
 * socket, by resource, of all containers together (DEV-2).
 *
 * @throws PlaitError `multus/device-failed`, TimeoutError after 10 seconds.
 */
export async function listPodResources(socket: string, pod: PodRef): Promise<DeviceMap> {
  if (pod.name === '' || pod.namespace === '') {
    throw new PlaitError('multus/device-failed', 'GetPodResourceMap: Pod name or namespace cannot be empty')
  }
  const answer = await callUnary(socket, '/v1.PodResourcesLister/List').catch((error: unknown) => {
    throw error instanceof TimeoutError ? error : failed(socket, error)
  })
  return devicesOf(answer, pod)
}

function devicesOf(answer: Buffer, { namespace, name }: PodRef): DeviceMap {
  const devices = new Map<string, string[]>()
  const texts = (values: readonly Buffer[] = []): string[] => values.map((value) => value.toString())
  // ListPodResourcesResponse { pod_resources = 1 }
  for (const bytes of readProtobuf(answer).get(1) ?? []) {
    // PodResources { name = 1, namespace = 2, containers = 3 }
    const pod = readProtobuf(bytes)
    if (texts(pod.get(1))[0] !== name || texts(pod.get(2))[0] !== namespace) continue
    // ContainerResources { devices = 2 }, ContainerDevices { resource_name = 1, device_ids = 2 }
    for (const device of (pod.get(3) ?? []).flatMap((container) => readProtobuf(container).get(2) ?? [])) {
      const fields = readProtobuf(device)
      const [resource = ''] = texts(fields.get(1))
      devices.set(resource, [...(devices.get(resource) ?? []), ...texts(fields.get(2))])
    }
  }
  return devices
}

function failed(socket: string, error: unknown): PlaitError {
  const message = `Cannot ask the kubelet at ${socket} for the devices of pods`
  return new PlaitError('multus/device-failed', message, { cause: error })
}
