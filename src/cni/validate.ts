// SPDX-License-Identifier: Apache-2.0

import { goQuote } from './go-quote.ts'
import { CniError, cniErrorCode } from './error.ts'

// Container ids and network names become parts of file names.
const nameCharacters = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/

/** Whether a text may be a network name, which is also a directory and part of file names. */
export function isNetworkName(name: string): boolean {
  return nameCharacters.test(name)
}

/** @throws CniError 3 when empty, 4 for other characters than letters, digits, `_`, `.` and `-`. */
export function validateContainerId(id: string): void {
  if (id === '') throw new CniError(cniErrorCode.unknownContainer, 'missing containerID')
  if (!nameCharacters.test(id)) throw badEnvironment('invalid characters in containerID', id)
}

/** @throws CniError 7 when empty or with other characters than letters, digits, `_`, `.` and `-`. */
export function validateNetworkName(name: string): void {
  const problem = name === '' ? 'missing network name:' : 'invalid characters found in network name'
  if (isNetworkName(name)) return
  throw new CniError(cniErrorCode.invalidConfig, problem, { details: name, id: 'config/invalid' })
}

const longestInterfaceName = 15

// The white space of Unicode as the Go library tests it, and NUL, at which the kernel would cut the name off.
const forbiddenInInterfaceName = /[/:\0\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/

/** @throws CniError 4 when the kernel would not take the name. */
export function validateInterfaceName(name: string): void {
  if (name === '') throw badEnvironment('interface name is empty')
  if (Buffer.byteLength(name) > longestInterfaceName) {
    throw badEnvironment('interface name is too long', 'interface name should be less than 16 characters')
  }
  if (name === '.' || name === '..') throw badEnvironment('interface name is . or ..')
  if (forbiddenInInterfaceName.test(name)) {
    throw badEnvironment('interface name contains / or : or whitespace characters')
  }
}

/**
 * Refuses a plugin type that is not the name of a file directly inside a directory (LIB-1; the CNI
 * specification forbids both separators).
 *
 * @throws CniError 999 with the texts of the Go library.
 */
export function validatePluginType(type: string): void {
  if (type === '') throw pluginMissing('no plugin name provided')
  if (type === '.' || type === '..' || /[/\\\0]/.test(type)) {
    throw pluginMissing(`invalid plugin name: ${type.includes('\0') ? goQuote(type) : type}`)
  }
}

/** The failure to find a plugin: 999 as in the Go library, with an id of its own. */
export function pluginMissing(message: string): CniError {
  return new CniError(cniErrorCode.internal, message, { id: 'cni/plugin-missing' })
}

function badEnvironment(message: string, details?: string): CniError {
  return new CniError(cniErrorCode.invalidEnvironment, message, { details, id: 'cni/environment-invalid' })
}
