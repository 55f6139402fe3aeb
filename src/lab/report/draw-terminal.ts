// SPDX-License-Identifier: Apache-2.0

import type { Box, Drawing, TextItem, Tone } from './drawing.ts'
import type { Paint } from './paint.ts'

interface Cell {
  readonly char: string
  readonly tone: Tone
}

/** The picture as lines of box-drawing characters, without white space at their ends. */
export function drawOnTerminal(drawing: Drawing, paint: Paint): string[] {
  const grid: Cell[][] = Array.from({ length: drawing.height }, () => [])
  const put = (x: number, y: number, char: string, tone: Tone = 'plain'): void => {
    const row = grid[y]
    if (row === undefined) return
    while (row.length < x) row.push({ char: ' ', tone: 'plain' })
    row[x] = { char, tone }
  }
  for (const { x, y } of drawing.buses) {
    for (let at = x; at < drawing.width; at += 1) put(at, y, '━', 'faint')
  }
  for (const box of drawing.boxes) putBox(box, put)
  for (const { x, fromY, toY } of drawing.drops) {
    for (let y = fromY + 1; y < toY; y += 1) put(x, y, '│')
    put(x, fromY, '┯')
    put(x, toY, '┴')
  }
  for (const { x, y, text, tone } of drawing.texts) {
    putText(put, { x, y, text, tone })
  }
  return grid.map((row) => paintRow(row, paint).trimEnd())
}

type Put = (x: number, y: number, char: string, tone?: Tone) => void

function putBox({ x, y, width, height, title, rules }: Box, put: Put): void {
  const right = x + width - 1
  const bottom = y + height - 1
  for (let at = x + 1; at < right; at += 1) {
    put(at, y, '─')
    put(at, bottom, '─')
    for (const rule of rules) put(at, rule, '─', 'faint')
  }
  for (let at = y + 1; at < bottom; at += 1) {
    put(x, at, rules.includes(at) ? '├' : '│')
    put(right, at, rules.includes(at) ? '┤' : '│')
  }
  put(x, y, '┌')
  put(right, y, '┐')
  put(x, bottom, '└')
  put(right, bottom, '┘')
  putText(put, { x: right - title.length - 3, y, text: ` ${title} `, tone: 'title' })
}

/** Names of links, pods and networks are ASCII, so each code unit is one cell. */
function putText(put: Put, { x, y, text, tone }: TextItem): void {
  for (let index = 0; index < text.length; index += 1) put(x + index, y, text.charAt(index), tone)
}

/** Neighbours of one tone are painted as one piece, so that the output is not mostly escape sequences. */
function paintRow(row: readonly Cell[], paint: Paint): string {
  let line = ''
  let piece = ''
  let tone: Tone = 'plain'
  for (const cell of row) {
    if (cell.tone !== tone) {
      line += paint(piece, tone)
      piece = ''
      tone = cell.tone
    }
    piece += cell.char
  }
  return line + paint(piece, tone)
}
