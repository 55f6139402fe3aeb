// SPDX-License-Identifier: Apache-2.0

import type { Tone } from './drawing.ts'
import type { Paint } from './paint.ts'

/** A cell of a table; a plain string is of tone `plain`. */
export type TableCell = string | { readonly text: string; readonly tone: Tone }

/** Lines with the cells of each column below one another; the first row is the heading. */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly TableCell[])[],
  paint: Paint,
): string[] {
  const all: (readonly TableCell[])[] = [heading.map((text) => ({ text, tone: 'faint' as const })), ...rows]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => textOf(row[column]).length)))
  return all.map((row) =>
    row
      .map((cell, column) => {
        const text = textOf(cell)
        const fill = ' '.repeat((widths[column] ?? 0) - text.length)
        return paint(text, typeof cell === 'string' ? 'plain' : cell.tone) + fill
      })
      .join('  ')
      .trimEnd(),
  )
}

function textOf(cell: TableCell | undefined): string {
  if (cell === undefined) return ''
  return typeof cell === 'string' ? cell : cell.text
}
