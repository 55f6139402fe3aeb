// SPDX-License-Identifier: Apache-2.0

import { chmodSync, constants, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeError, isJsonObject, parseJson } from '../../base/index.ts'
import type { JsonObject, Log } from '../../base/index.ts'
import { deviceInfoDirectory } from '../delegate/runtime-config.ts'
import type { DeviceAssignment } from '../delegate/delegate.ts'

/** The file in which a device plugin describes a device (DEV-9). */
export function pluginInfoPath({ resourceName, id }: DeviceAssignment): string {
  return `${deviceInfoDirectory}/dp/${`${resourceName}-${id}-device.json`.replaceAll('/', '-')}`
}

/**
 * Gives the CNI plugins what the device plugin knows about a device. Nothing that goes wrong here keeps a
 * pod from its network: it is only said in the log (DEV-9). The directory can be entered by all; upstream
 * makes one that nobody can (BUG-38).
 */
export function copyDeviceInfo(device: DeviceAssignment, path: string, log: Log): void {
  copyDeviceInfoFile(pluginInfoPath(device), path, log)
}

/** As {@link copyDeviceInfo}, from a file to a file that must not be there yet. */
export function copyDeviceInfoFile(from: string, to: string, log: Log): void {
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o755 })
    copyFileSync(from, to, constants.COPYFILE_EXCL)
    chmodSync(to, 0o444)
  } catch (error) {
    log.debug({ from, to, error: describeError(error) }, 'device information not copied')
  }
}

/** What is known about a device, for the status; undefined when there is nothing or it cannot be read. */
export function readDeviceInfo(path: string, log: Log): JsonObject | undefined {
  try {
    const value = parseJson(readFileSync(path))
    return isJsonObject(value) ? value : undefined
  } catch (error) {
    log.debug({ path, error: describeError(error) }, 'no device information')
    return undefined
  }
}

/** Removes what is known about a device; nothing there is no error (DEL-9). */
export function removeDeviceInfo(path: string, log: Log): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    log.debug({ path, error: describeError(error) }, 'device information not removed')
  }
}
