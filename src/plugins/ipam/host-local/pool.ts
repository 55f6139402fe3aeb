// SPDX-License-Identifier: Apache-2.0

import { describeError, tryParseCidr, tryParseIp } from '../../../base/index.ts'
import type { IpAddress } from '../../../base/index.ts'
import { cniErrorCode, CniError, compareVersions } from '../../../cni/index.ts'
import type { HostLocalConfig, HostLocalRuntime } from './config.ts'
import { completeRangeSet, setsOverlap } from './range-set.ts'
import type { RangeSet } from './range-set.ts'
import type { RangeInput } from './range.ts'

type RangeText = Pick<HostLocalConfig, 'subnet' | 'rangeStart' | 'rangeEnd' | 'gateway'>

/**
 * The range sets of a network in the order in which they are served: those of the runtime, the single range in the
 * `ipam` object itself, then `ranges`.
 *
 * @throws CniError 999 with the Go plugin's texts.
 */
export function parsePool(
  config: HostLocalConfig,
  runtime: HostLocalRuntime,
  cniVersion: string,
): RangeSet[] {
  const own = readRange(config, 'ipam')
  const inputs = [
    ...readSets(runtime.ipRanges, 'runtimeConfig.ipRanges'),
    ...(own.subnet === undefined ? [] : [[own]]),
    ...readSets(config.ranges, 'ipam.ranges'),
  ]
  if (inputs.length === 0) throw invalid('no IP ranges specified', 'give ipam.ranges or ipam.subnet')
  checkCount(inputs)
  const sets = inputs.map(complete)
  checkFamilies(sets, cniVersion)
  checkOverlaps(sets)
  return sets
}

// Each range is held against every other one, while all other pods of the node wait.
const mostRanges = 512

function checkCount(inputs: readonly (readonly RangeInput[])[]): void {
  const count = inputs.reduce((sum, { length }) => sum + length, 0)
  if (count <= mostRanges) return
  throw invalid(
    `Cannot use ${count} ranges: at most ${mostRanges} are possible`,
    'join neighbouring ranges into larger ones',
  )
}

function readSets(sets: readonly (readonly RangeText[])[] | undefined, path: string): RangeInput[][] {
  return (sets ?? []).map((set, i) => set.map((range, j) => readRange(range, `${path}[${i}][${j}]`)))
}

function readRange({ subnet, rangeStart, rangeEnd, gateway }: RangeText, path: string): RangeInput {
  const cidr = subnet === undefined ? undefined : tryParseCidr(subnet)
  if (subnet !== undefined && cidr === undefined) {
    throw invalid(`invalid CIDR address: ${subnet}`, `correct ${path}.subnet`)
  }
  return {
    subnet: cidr,
    rangeStart: readIp(rangeStart, `${path}.rangeStart`),
    rangeEnd: readIp(rangeEnd, `${path}.rangeEnd`),
    gateway: readIp(gateway, `${path}.gateway`),
  }
}

/** Go decodes an empty text to no address. */
function readIp(text: string | undefined, path: string): IpAddress | undefined {
  if (text === undefined || text === '') return undefined
  const address = tryParseIp(text)
  if (address === undefined) throw invalid(`invalid IP address: ${text}`, `correct ${path}`)
  return address
}

function complete(inputs: readonly RangeInput[], index: number): RangeSet {
  try {
    return completeRangeSet(inputs)
  } catch (error) {
    throw invalid(`invalid range set ${index}: ${describeError(error)}`)
  }
}

/** Before 0.3.0 a result holds one address of each family. */
function checkFamilies(sets: readonly RangeSet[], cniVersion: string): void {
  const count = (family: 4 | 6) => sets.filter(([{ start }]) => start.family === family).length
  if (compareVersions(cniVersion, '0.3.0') >= 0 || (count(4) <= 1 && count(6) <= 1)) return
  throw invalid(`CNI version ${cniVersion} does not support more than 1 address per family`)
}

function checkOverlaps(sets: readonly RangeSet[]): void {
  for (const [index, set] of sets.entries()) {
    const other = sets.findIndex((one, i) => i > index && setsOverlap(set, one))
    if (other !== -1) throw invalid(`range set ${index} overlaps with ${other}`)
  }
}

function invalid(text: string, details?: string): CniError {
  return new CniError(cniErrorCode.internal, text, { details, id: 'config/invalid' })
}
