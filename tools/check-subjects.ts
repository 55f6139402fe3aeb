// SPDX-License-Identifier: Apache-2.0

// A commit subject is `folder[/part]: verb …`: lower case, imperative, no full stop, at most 90 characters.
// With a file name (the commit-msg hook) it checks that message; without, the last commits of this branch.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const known = new Set(['build', 'house', 'ci'])

function problemWith(subject: string): string | undefined {
  const match = /^([a-z0-9-]+)(\/[A-Za-z0-9._/-]+)?(, [a-z0-9/-]+)*: ([a-z][^\s]*) .+[^.]$/.exec(subject)
  if (!match) return 'is not `folder/part: verb …` without a full stop'
  const folder = match[1] ?? ''
  const places = [folder, `src/${folder}`]
  if (!known.has(folder) && !places.some((place) => existsSync(place))) return `names no folder: ${folder}`
  return subject.length > 90 ? 'is longer than 90 characters' : undefined
}

const file = process.argv[2]
const subjects =
  file === undefined
    ? execFileSync('git', ['log', '-n', '50', '--no-merges', '--format=%s'], { encoding: 'utf8' })
        .trim()
        .split('\n')
    : readFileSync(file, 'utf8').split('\n').slice(0, 1)
for (const subject of subjects) {
  const problem = problemWith(subject)
  if (problem === undefined) continue
  console.error(`commit subject "${subject}" ${problem}`)
  process.exitCode = 1
}
