// SPDX-License-Identifier: Apache-2.0

// Each exported declaration has a doc comment that says more than its name, each file starts with the licence line,
// and each room has a door and a README.

import { existsSync } from 'node:fs'
import { rooms } from './house/rooms.ts'
import { lineAt, readSources, type SourceFile } from './house/sources.ts'

const licence = '// SPDX-License-Identifier: Apache-2.0\n'

function docBefore(file: SourceFile, start: number): string | undefined {
  const comment = file.syntax.comments.findLast(
    (one) => one.type === 'Block' && one.value.startsWith('*') && one.end <= start,
  )
  if (comment === undefined) return
  return file.text.slice(comment.end, start).trim() === '' ? comment.value : undefined
}

function undocumented(file: SourceFile): string[] {
  return file.syntax.program.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return []
    const doc = docBefore(file, node.start)
    const words = doc?.replaceAll('*', ' ').trim().split(/\s+/).length ?? 0
    if (words >= 3) return []
    const head = file.text.slice(node.start, node.end).split('\n')[0]
    return [`${file.path}:${lineAt(file.text, node.start)}: say what the caller gets: ${head}`]
  })
}

const sources = readSources('{src,tools,bench}/**/*.ts')
const problems = [
  ...readSources('{src,tools,bench,test}/**/*.ts', { tests: true })
    .filter(
      (file) => !file.text.startsWith(licence) && !file.text.startsWith(`#!/usr/bin/env node\n${licence}`),
    )
    .map((file) => `${file.path}:1: starts with ${licence.trim()}`),
  ...sources.filter((file) => !file.path.endsWith('/index.ts')).flatMap(undocumented),
  ...Object.keys(rooms).flatMap((room) =>
    ['index.ts', 'README.md']
      .filter((name) => !existsSync(`src/${room}/${name}`))
      .map((name) => `src/${room}/${name}: is missing`),
  ),
]
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
