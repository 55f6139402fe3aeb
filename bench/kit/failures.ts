// SPDX-License-Identifier: Apache-2.0

import type { Ended } from './launcher.ts'

const mostText = 300

/** Says that calls of a contender failed, and what the first one answered; nothing when none did. */
export function failureNote(name: string, ended: readonly Ended[]): string[] {
  const failed = ended.filter(({ exitCode }) => exitCode !== 0)
  const [first] = failed
  if (first === undefined) return []
  const answer = first.stdout.replace(/\s+/g, ' ').slice(0, mostText)
  return [
    `Of ${ended.length} calls of ${name} ${failed.length} failed. The first ended with ${first.exitCode}: \`${answer}\``,
  ]
}
