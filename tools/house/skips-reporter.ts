// SPDX-License-Identifier: Apache-2.0

import type { TestEvent } from 'node:test/reporters'

/** A node:test reporter that lists each skipped test with its reason, and in CI makes the run fail for it. */
export async function* skipsReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let skipped = 0
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { skip, todo, name } = event.data
    if (skip === undefined && todo === undefined) continue
    skipped += 1
    yield `skipped: ${name}: ${typeof skip === 'string' ? skip : 'no reason given'}\n`
  }
  if (skipped > 0 && process.env['CI'] === 'true') {
    process.exitCode = 1
    yield `${skipped} tests were skipped, and in CI a skip is a failure\n`
  }
}

// node --test-reporter takes the default export of a module.
// oxlint-disable-next-line import/no-default-export
export default skipsReporter
