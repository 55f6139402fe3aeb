// SPDX-License-Identifier: Apache-2.0

import { delay } from '../../src/base/index.ts'
import type { Chance } from './chance.ts'
import type { RuntimeNode } from './runtime-node.ts'

/** Longer than an ADD waits for a daemon. */
const longAwayMs = 12_000

/** What a daemon went through. */
export interface Trouble {
  readonly stopped: number
  readonly killed: number
}

/** Ends and starts the daemon at moments that chance gives, until the signal; the daemon runs then. */
export async function upAndDown(
  { daemon }: RuntimeNode,
  { chance, signal }: { chance: Chance; signal: AbortSignal },
): Promise<Trouble> {
  const ends = { SIGTERM: 0, SIGKILL: 0 }
  for (let round = 1; !signal.aborted; round++) {
    await pause(chance.between(200, 4000), signal)
    const how = chance.oneOf('SIGTERM', 'SIGKILL')
    ends[how]++
    await daemon.end(how)
    await pause(round % 6 === 0 ? longAwayMs : chance.between(0, 1500), signal)
    await daemon.start()
  }
  return { stopped: ends.SIGTERM, killed: ends.SIGKILL }
}

/** What kubelet hears of the network, asked ten times as often as kubelet does. */
export async function pollStatus({ cri }: RuntimeNode, signal: AbortSignal): Promise<readonly boolean[]> {
  const answers: boolean[] = []
  while (!signal.aborted) {
    await pause(500, signal)
    answers.push((await cri.networkStatus()).ready)
  }
  return answers
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, signal).catch(() => undefined) // over, and not an error
}
