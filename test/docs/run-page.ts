// SPDX-License-Identifier: Apache-2.0

import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout, type Session } from '../lab/run-plait.ts'
import type { Fence, Page } from './pages.ts'

const timeoutMs = 240_000
const mark = '=-=-= next block'

/** A block of a page that was run, with all that it printed. */
interface RunBlock {
  readonly fence: Fence
  readonly printed: string
}

/**
 * Runs the blocks `sh run` of a page, one after the other in one shell that ends at the first failure, as a reader
 * would who pastes them: in a directory that holds what they name of the checkout.
 *
 * @throws Error with the place of the block that failed and what it printed.
 */
export function runBlocks(page: Page, session: Session): readonly RunBlock[] {
  const fences = page.fences.filter(isRun)
  const directory = makeWorkplace(session)
  const script = join(directory, 'script.sh')
  const blocks = fences.map(({ text }) => `echo '${mark}'\n${text}`)
  writeFileSync(script, ['exec 2>&1', ...blocks].join('\n'))
  const { status, stdout } = spawnSync('bash', ['-eu', '-o', 'pipefail', script], {
    cwd: directory,
    env: session.env,
    encoding: 'utf8',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  })
  const printed = stdout.split(`${mark}\n`).slice(1)
  const last = fences[printed.length - 1]
  if (status !== 0) throw new Error(`${last?.place}: exit code ${status}; it printed:\n${printed.at(-1)}`)
  return fences.map((fence, index) => ({ fence, printed: printed[index] ?? '' }))
}

/** Whether a block is to be run by a reader, and so by the tests. */
export function isRun({ language, words }: Fence): boolean {
  return language === 'sh' && words.includes('run')
}

/** `bin/plait`, the scenarios and the documentation under the names that they have in a checkout. */
function makeWorkplace({ directory }: Session): string {
  const place = join(directory, 'checkout')
  mkdirSync(join(place, 'bin'), { recursive: true })
  for (const path of ['bin/plait', 'scenarios', 'docs']) symlinkSync(join(checkout, path), join(place, path))
  return place
}

/**
 * The lines of a block `text output` that were not printed, in its order. `…` stands for anything, and the width of
 * white space does not count.
 */
export function missingLines(shown: string, printed: string): readonly string[] {
  const left = printed.split('\n').map(squeeze)
  const missing: string[] = []
  for (const line of shown.split('\n').map(squeeze)) {
    if (line === '' || line === '…') continue
    const at = left.findIndex((one) => patternOf(line).test(one))
    if (at === -1) missing.push(line)
    else left.splice(0, at + 1)
  }
  return missing
}

function squeeze(line: string): string {
  return line.trim().replaceAll(/[ \t]+/g, ' ')
}

function patternOf(line: string): RegExp {
  const pieces = line.split('…').map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${pieces.join('.*')}$`)
}
