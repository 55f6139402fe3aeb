// SPDX-License-Identifier: Apache-2.0

import type { Measurement } from './measurement.ts'
import type { NodeMemory } from './memory-watch.ts'

const rows: Readonly<Record<keyof NodeMemory, string>> = {
  daemon: 'most memory, daemon',
  programs: 'most memory, programs that it or the shims started',
  together: 'most memory, daemon and programs',
  shims: 'most memory, shims',
}

/** What a reader has to know about memory. */
export const memoryNote = 'It is resident memory; pages that processes share count for each of them.'

/** The most memory of each contender as rows of a table. */
export function memoryRows(peaks: ReadonlyMap<string, NodeMemory>): Measurement[] {
  const part = (key: keyof NodeMemory): Measurement => ({
    what: rows[key],
    unit: 'MiB',
    samples: Object.fromEntries(
      [...peaks].map(([name, memory]): [string, number[]] => [name, [memory[key]]]),
    ),
  })
  return [part('daemon'), part('programs'), part('together'), part('shims')]
}
