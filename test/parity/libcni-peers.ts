// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = process.env['PLAIT_PEERS'] ?? ''

/** The directory of upstream's programs: what PLAIT_PEERS names, or `bin` below it; undefined when one is missing. */
export function peerDirectory(...programs: readonly string[]): string | undefined {
  const candidates = root === '' ? [] : [root, join(root, 'bin')]
  return candidates.find((directory) => programs.every((program) => existsSync(join(directory, program))))
}

/** The reason why a test that needs upstream's programs cannot run; false when it can. */
export function withoutPeers(...programs: readonly string[]): string | false {
  return (
    peerDirectory(...programs) === undefined &&
    `upstream's ${programs.join(' and ')} are not built (PLAIT_PEERS)`
  )
}

/** How a program ended and what it printed. */
export interface ProgramEnd {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program with exactly this environment. */
export function runProgram(
  argv: readonly string[],
  { env = {}, input = '' }: { env?: Readonly<Record<string, string>>; input?: string },
): ProgramEnd {
  const [file = '', ...args] = argv
  const { status, stdout, stderr } = spawnSync(file, args, { env, input, encoding: 'utf8', timeout: 20_000 })
  return { status, stdout, stderr }
}
