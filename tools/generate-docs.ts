// SPDX-License-Identifier: Apache-2.0

// Writes the reference pages whose source of truth is code. With --check it writes nothing and fails when a page is
// out of date, or when an error id is in the catalogue but nowhere in the sources.

import { readFileSync, writeFileSync } from 'node:fs'
import { errorCatalogue } from '../src/base/index.ts'
import { readSources } from './house/sources.ts'

const page = 'docs/reference/errors.md'

function errorsPage(): string {
  const rows = Object.entries(errorCatalogue)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([id, { cause, remedy }]) => `## ${id}\n\n${cause}\n\n**Do:** ${remedy}\n`)
  const head = [
    '# Errors',
    '',
    'Every failure that a person can meet has an id. It stands in error details, events, log lines and metrics, and it',
    'is never renamed. This page is made from `src/base/errors/` by `node tools/generate-docs.ts`.',
    '',
  ]
  return [...head, ...rows].join('\n')
}

function unusedIds(): string[] {
  const text = readSources('src/**/*.ts')
    .filter((file) => !file.path.startsWith('src/base/errors/') || !/Errors = \{/.test(file.text))
    .map((file) => file.text)
    .join('\n')
  return Object.keys(errorCatalogue).filter((id) => !text.includes(`'${id}'`))
}

const wanted = errorsPage()
if (process.argv.includes('--check')) {
  const problems = unusedIds().map((id) => `src/base/errors: nothing in src/ raises ${id}`)
  if (readFileSync(page, 'utf8') !== wanted)
    problems.push(`${page}: is out of date; run node tools/generate-docs.ts`)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
} else {
  writeFileSync(page, wanted)
}
