// SPDX-License-Identifier: Apache-2.0

import { globSync, readFileSync } from 'node:fs'
import { parseSync, type ParseResult } from 'oxc-parser'

/** One TypeScript file of the checkout: its path from the root with `/`, its text, and its syntax tree. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  readonly syntax: ParseResult
}

/** All files under the root that match the glob, parsed; tests are left out unless asked for. */
export function readSources(pattern: string, options: { readonly tests?: boolean } = {}): SourceFile[] {
  return globSync(pattern)
    .filter((path) => options.tests === true || !path.endsWith('.test.ts'))
    .toSorted()
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path, text, syntax: parseSync(path, text) }
    })
}

/** The line (from 1) on which the character at `offset` stands. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
