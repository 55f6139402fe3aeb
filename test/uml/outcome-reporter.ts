// SPDX-License-Identifier: Apache-2.0

import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'

/** What came of one test of a run. */
export interface Outcome {
  /** From the current directory. */
  readonly file: string
  readonly name: string
  readonly passed: boolean
  /** Why it was skipped. */
  readonly skipped?: string
  readonly error?: string
}

/**
 * A node:test reporter that prints an {@link Outcome} as a line of JSON for each test, each suite that failed or was
 * skipped, and each file that failed as a whole.
 */
// node --test-reporter takes the default export of a module.
// oxlint-disable-next-line import/no-default-export
export default async function* outcomeReporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  // By the file's name as it was given, which is also the name of the file as a test.
  const printed = new Map<string, string>()
  for await (const { type, data } of source) {
    if (type === 'test:stderr') printed.set(data.file, `${printed.get(data.file) ?? ''}${data.message}`)
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const { file = '', name, skip, todo, details } = data
    const reason = skip ?? todo
    if (type === 'test:pass' && reason === undefined && details.type === 'suite') continue
    const outcome: Outcome = {
      file: relative('', file),
      name,
      passed: type === 'test:pass',
      ...(reason !== undefined && { skipped: typeof reason === 'string' ? reason : '' }),
      ...(type === 'test:fail' && {
        error: [data.details.error.cause ?? data.details.error, printed.get(name)].filter(Boolean).join('\n'),
      }),
    }
    yield `${JSON.stringify(outcome)}\n`
  }
}
