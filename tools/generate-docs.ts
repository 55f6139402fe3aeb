// SPDX-License-Identifier: Apache-2.0

// Writes the reference pages whose source of truth is code: the errors, the metrics, and the commands with what they
// say of themselves. With --check it writes nothing and fails when a page is out of date, or when an error id is in the
// catalogue but nowhere in the sources.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { errorCatalogue } from '../src/base/index.ts'
import { createProgram } from '../src/cli/index.ts'
import { metricDefinitions } from '../src/daemon/metrics/definitions.ts'
import { withCommands } from './house/cli-page.ts'
import { metricsPage } from './house/metrics-page.ts'
import { readSources } from './house/sources.ts'

function errorsPage(): string {
  const rows = Object.entries(errorCatalogue)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([id, { cause, remedy }]) => `## ${id}\n\n${cause}\n\n**Do:** ${remedy}\n`)
  const head = [
    '# Errors',
    '',
    'Every failure that a person can meet has an id, which is never renamed. It stands beside the message in the log of',
    'the daemon and below it on the terminal; how to get from a pod to its error: [What went wrong](../guide/what-went-wrong.md).',
    'This page is made from `src/base/errors/` by `node tools/generate-docs.ts`.',
    '',
  ]
  return [...head, ...rows].join('\n')
}

function commandsPage(path: string): string {
  // The daemon reads its words itself, as upstream's does.
  const daemonHelp = execFileSync(process.execPath, ['src/daemon/main.ts', '-help'], { encoding: 'utf8' })
  return withCommands(
    readFileSync(path, 'utf8'),
    createProgram(),
    new Map([['plait daemon', daemonHelp.trimEnd()]]),
  )
}

function unusedIds(): string[] {
  const text = readSources('src/**/*.ts')
    .filter((file) => !file.path.startsWith('src/base/errors/') || !/Errors = \{/.test(file.text))
    .map((file) => file.text)
    .join('\n')
  return Object.keys(errorCatalogue).filter((id) => !text.includes(`'${id}'`))
}

const pages = {
  'docs/reference/errors.md': errorsPage,
  'docs/reference/cli.md': commandsPage,
  'docs/reference/metrics.md': () => metricsPage(Object.values(metricDefinitions)),
} as const
if (process.argv.includes('--check')) {
  const problems = unusedIds().map((id) => `src/base/errors: nothing in src/ raises ${id}`)
  for (const [path, write] of Object.entries(pages)) {
    if (readFileSync(path, 'utf8') !== write(path))
      problems.push(`${path}: is out of date; run node tools/generate-docs.ts`)
  }
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
} else {
  for (const [path, write] of Object.entries(pages)) writeFileSync(path, write(path))
}
