// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it } from 'node:test'
import { readMachine, expectNothingLeft } from '../lab/machine.ts'
import { checkout, reasonToSkipKubectl, Session } from '../lab/run-plait.ts'
import { readPage, readPages, type Fence, type Page } from './pages.ts'
import { isRun, missingLines, runBlocks } from './run-page.ts'

/** What a page says that each of its blocks prints: the block `text output` that follows it. */
function shownOutputs({ fences }: Page): ReadonlyMap<Fence, Fence> {
  return new Map(
    fences.flatMap((fence, index) => {
      const next = fences[index + 1]
      return isRun(fence) && next?.words.includes('output') === true ? [[fence, next] as const] : []
    }),
  )
}

/** Runs a page in a session of its own, and takes down what a failure left up. */
async function tryPage(page: Page): Promise<void> {
  using session = new Session()
  const untouched = readMachine()
  const shown = shownOutputs(page)
  try {
    for (const { fence, printed } of runBlocks(page, session)) {
      const output = shown.get(fence)
      if (output === undefined) continue
      const missing = missingLines(output.text, printed)
      assert.deepEqual(missing, [], `${output.place}: lines that were not printed; printed was:\n${printed}`)
    }
  } finally {
    await session.run(['lab', 'down'])
  }
  await expectNothingLeft(session, untouched)
}

/** A report without what differs from run to run: names of pods, times, and how many expectations there are. */
function withoutChance(report: string): string {
  return report
    .replaceAll(/(busybox-[0-9a-f]+)-[0-9a-z]{5}/g, '$1-xxxxx')
    .replaceAll(/[0-9.]+ (m?s)\b/g, '0 $1')
    .replaceAll(/(?:\d+ of )?\d+ (expectations hold)/g, 'all $1')
}

describe('the guide', { skip: reasonToSkipKubectl(), timeout: 600_000 }, () => {
  for (const page of readPages('docs/guide/*.md').filter(({ fences }) => fences.some(isRun))) {
    it(`says in ${basename(page.path)} what happens`, async () => tryPage(page))
  }
})

describe('the README', { skip: reasonToSkipKubectl() }, () => {
  it('shows what make demo prints', async () => {
    using session = new Session()
    const recipe = /^demo:.*\n(?:\t.*\n)*?\t@bin\/plait (.*)$/m.exec(
      readFileSync(join(checkout, 'Makefile'), 'utf8'),
    )
    const { code, stdout } = await session.run((recipe?.[1] ?? '').split(' '))
    assert.equal(code, 0)
    const shown = readPage('README.md').fences.find(({ words }) => words.includes('output'))
    assert.ok(shown)
    assert.deepEqual(missingLines(withoutChance(shown.text), withoutChance(stdout)), [])
  })
})
