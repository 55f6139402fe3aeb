// SPDX-License-Identifier: Apache-2.0

import type { Delegate } from '../delegate/delegate.ts'

/**
 * The interface name of each delegate, by its place: the requested one, the runtime's for the default
 * network, else `net<place>` (IF-1). A requested name does not shift the numbers of the others.
 */
export function interfaceNames(
  delegates: readonly Pick<Delegate, 'master' | 'request'>[],
  runtimeName: string,
): readonly string[] {
  return delegates.map(
    ({ master, request }, index) => request.interfaceName ?? (master ? runtimeName : `net${index}`),
  )
}

/** The first two places that have the same name, if any: the second one could never be attached. */
export function findNameClash(
  names: readonly string[],
): readonly [first: number, second: number] | undefined {
  const places = new Map<string, number>()
  for (const [index, name] of names.entries()) {
    const first = places.get(name)
    if (first !== undefined) return [first, index]
    places.set(name, index)
  }
  return undefined
}
