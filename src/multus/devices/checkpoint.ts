// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from 'node:fs'
import { describeError, isJsonObject, parseJson, PlaitError } from '../../base/index.ts'
import type { JsonValue } from '../../base/index.ts'
import { fieldsOf, isList } from '../decode.ts'
import type { DeviceMap } from './device-pool.ts'

/**
 * The devices of a pod from the kubelet's checkpoint of its device manager, by resource (DEV-3). The form
 * that lists ids without NUMA node, which kubelets up to 1.19 wrote, is not understood, as upstream.
 *
 * @throws PlaitError `multus/device-failed` when the file cannot be used.
 */
export function readCheckpoint(file: string, podUid: string): DeviceMap {
  if (podUid === '') throw failed('GetPodResourceMap: invalid Pod cannot be empty')
  const devices = new Map<string, string[]>()
  for (const entry of readEntries(file)) {
    const field = fieldsOf(isJsonObject(entry) ? entry : {}, 'PodDevicesEntry')
    if (field.string('PodUID') !== podUid) continue
    const resource = field.string('ResourceName') ?? ''
    const ids = Object.values(field.object('DeviceIDs') ?? {}).flatMap((list) => (isList(list) ? list : []))
    const texts = ids.filter((id) => typeof id === 'string')
    devices.set(resource, [...(devices.get(resource) ?? []), ...texts])
  }
  return devices
}

function readEntries(file: string): readonly JsonValue[] {
  try {
    const value = parseJson(readFileSync(file))
    const data = fieldsOf(isJsonObject(value) ? value : {}, 'checkpointFileData').object('Data') ?? {}
    return fieldsOf(data, 'checkpointData').list('PodDeviceEntries') ?? []
  } catch (error) {
    throw failed(`getPodEntries: error reading file ${file}: ${describeError(error)}`)
  }
}

function failed(message: string): PlaitError {
  return new PlaitError('multus/device-failed', message)
}
