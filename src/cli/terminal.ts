// SPDX-License-Identifier: Apache-2.0

import type { Terminal } from '../lab/index.ts'
import { isRoot } from './command-line.ts'

// For a file or a pipe there is no width to keep to; this is what most pages show.
const defaultColumns = 120
const minColumns = 60

/** This process's terminal: results on standard output, progress on standard error. */
export async function openTerminal(): Promise<Terminal> {
  const { choosePaint, colourPaint } = await import('../lab/index.ts')
  return {
    env: process.env,
    root: isRoot(),
    // Some terminals say 0 when they do not know.
    columns: Math.max(minColumns, process.stdout.columns || defaultColumns),
    colour: choosePaint(process.stdout, process.env) === colourPaint,
    tell: (line) => console.error(line),
    print: (text) => console.log(text),
  }
}
