// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'

/** The devices that the kubelet gave a pod, handed out one after the other. */
export interface DevicePool {
  /**
   * The next device of a resource; undefined when the pod has none left of it (DEV-5).
   *
   * @throws PlaitError `multus/device-failed` when the devices cannot be looked up.
   */
  take(resourceName: string): Promise<string | undefined>
}

/** Device ids by resource name. */
export type DeviceMap = ReadonlyMap<string, readonly string[]>

/**
 * Hands out the devices of one pod. They are looked up when the first network needs one, in the order of
 * their ids, and each is given once, whichever annotation asks (DEV-4; upstream gives the same device to
 * the default network and to another one, BUG-28).
 */
export function createDevicePool(lookUp: () => Promise<DeviceMap>): DevicePool {
  const used = new Map<string, number>()
  let devices: Promise<DeviceMap> | undefined
  return {
    take: async (resourceName) => {
      devices ??= lookUp()
      const ids = (await devices).get(resourceName) ?? []
      const index = used.get(resourceName) ?? 0
      used.set(resourceName, index + 1)
      return ids.toSorted()[index]
    },
  }
}

/** For callers that know no pod: networks with a resource cannot be used there. */
export const noDevices: DevicePool = {
  take: async (resourceName) => {
    throw new PlaitError(
      'multus/device-failed',
      `Cannot look up the devices of ${resourceName}: no pod is known; use networks without a resource here`,
    )
  },
}
