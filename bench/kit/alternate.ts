// SPDX-License-Identifier: Apache-2.0

import type { Measurement } from './measurement.ts'

/** One way of doing what is measured. */
export interface Contender {
  readonly name: string
  /** Does it once and gives the figures by name, such as ADD and DEL. */
  run(round: number): Promise<Readonly<Record<string, number>>>
}

/** How often, and what of. */
export interface AlternateOptions {
  readonly rounds: number
  /** Rounds before those that count. */
  readonly warmUp?: number
  readonly unit?: Measurement['unit']
  /** Put before the names of the figures. */
  readonly what: string
}

/** Lets contenders do the same by turns, each round in another order, so that a busy moment of the machine hits all alike. */
export async function alternate(
  contenders: readonly Contender[],
  { rounds, warmUp = 3, unit = 'ms', what }: AlternateOptions,
): Promise<Measurement[]> {
  const figures = new Map<string, Record<string, number[]>>()
  for (let round = -warmUp; round < rounds; round++) {
    const first = (round + warmUp) % contenders.length
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const taken = await contender.run(round + warmUp)
      if (round < 0) continue
      for (const [figure, value] of Object.entries(taken)) {
        const samples =
          figures.get(figure) ??
          Object.fromEntries(contenders.map(({ name }): [string, number[]] => [name, []]))
        samples[contender.name]?.push(value)
        figures.set(figure, samples)
      }
    }
  }
  return [...figures].map(([figure, samples]) => ({ what: `${what} ${figure}`.trim(), unit, samples }))
}
