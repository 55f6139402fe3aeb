// SPDX-License-Identifier: Apache-2.0

import { PlaitError, getCaseInsensitive } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { goTypeName, isList } from '../decode.ts'
import { compareVersions, specVersion } from '../version.ts'

/**
 * The version that the plugins of a list are run with: the greatest of `cniVersions` and `cniVersion` that is
 * not greater than 1.1.0; `cniVersion` alone when there is no such list, or nothing in it can be used.
 *
 * @throws PlaitError for values that are no versions.
 */
export function effectiveVersion(list: JsonObject): string {
  const single = getCaseInsensitive(list, 'cniVersion') ?? ''
  if (typeof single !== 'string') throw invalid(`invalid cniVersion type ${goTypeName(single)}`)
  const several = getCaseInsensitive(list, 'cniVersions') ?? []
  if (!isList(several)) throw invalid(`invalid cniVersions type ${goTypeName(several)}`)
  if (several.length === 0) return single
  const usable = several.map(readEntry).filter((version) => compareVersions(version, specVersion) <= 0)
  if (single !== '' && compareWithSpec(single, `invalid cniVersion ${single}`) <= 0) usable.push(single)
  return usable.sort(compareVersions).at(-1) ?? single
}

function readEntry(entry: JsonValue, index: number): string {
  if (typeof entry !== 'string')
    throw invalid(`invalid cniVersions entry type ${goTypeName(entry)} at index ${index}`)
  compareWithSpec(entry, `invalid cniVersions entry ${entry} at index ${index}`)
  return entry
}

function compareWithSpec(version: string, complaint: string): number {
  try {
    return compareVersions(version, specVersion)
  } catch (error) {
    throw new PlaitError('config/invalid', complaint, { cause: error })
  }
}

function invalid(message: string): PlaitError {
  return new PlaitError('config/invalid', message)
}
