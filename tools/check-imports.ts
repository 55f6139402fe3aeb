// SPDX-License-Identifier: Apache-2.0

// Holds the arrows between rooms: a room imports only downwards and only through the other room's door, and
// nothing inside a room imports its own door. The table is house/rooms.ts. (dependency-cruiser would hold the
// same table, but it reads neither TypeScript 7 nor `using` declarations.)

import { posix } from 'node:path'
import { isRoom, rooms } from './house/rooms.ts'
import { lineAt, readSources, type SourceFile } from './house/sources.ts'

interface Import {
  readonly target: string
  readonly line: number
}

function importsOf(file: SourceFile): Import[] {
  const { staticImports, staticExports, dynamicImports } = file.syntax.module
  const requests = [
    ...staticImports.map((entry) => entry.moduleRequest),
    ...staticExports.flatMap((entry) => entry.entries.map((one) => one.moduleRequest)),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      value: file.text.slice(start + 1, end - 1),
      start,
    })),
  ]
  return requests
    .filter((request) => request !== null)
    .filter((request) => request.value.startsWith('.'))
    .map((request) => ({
      target: posix.join(posix.dirname(file.path), request.value),
      line: lineAt(file.text, request.start),
    }))
}

function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1]
}

function problemWith(from: string, target: string): string | undefined {
  const source = roomOf(from)
  const destination = roomOf(target)
  if (source === undefined) return
  if (destination === undefined || !isRoom(source)) return `src/ may import only from rooms, not ${target}`
  const door = `src/${destination}/index.ts`
  if (source === destination) {
    return target === door
      ? 'a file does not import the door of its own room: import the file itself'
      : undefined
  }
  const allowed: readonly string[] = rooms[source]
  if (!allowed.includes(destination)) {
    return `${source} may import ${allowed.join(', ') || 'nothing'}, not ${destination}: move the code down, or pass it in`
  }
  return target === door
    ? undefined
    : `reaches into ${destination}: import ../${destination}/index.ts, or export it there`
}

const problems = readSources('src/**/*.ts', { tests: true }).flatMap((file) =>
  importsOf(file).flatMap(({ target, line }) => {
    const problem = problemWith(file.path, target)
    return problem === undefined ? [] : [`${file.path}:${line}: ${problem}`]
  }),
)
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
