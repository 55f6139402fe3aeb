// SPDX-License-Identifier: Apache-2.0

import type { Tone } from './drawing.ts'

/** Gives a text the look of its tone on a terminal. */
export type Paint = (text: string, tone: Tone) => string

// Select Graphic Rendition codes (ECMA-48 8.3.117): on and off.
const codes: Readonly<Record<Tone, readonly [number, number] | undefined>> = {
  title: [1, 22],
  plain: undefined,
  faint: [2, 22],
  good: [32, 39],
  bad: [31, 39],
}

/** Leaves texts as they are: for files, pipes and NO_COLOR. */
export const plainPaint: Paint = (text) => text

/** Colours for a terminal. */
export const colourPaint: Paint = (text, tone) => {
  const pair = codes[tone]
  return pair === undefined || text === '' ? text : `\u001B[${pair[0]}m${text}\u001B[${pair[1]}m`
}

/** The paint for a stream: colours only on a terminal, and not when NO_COLOR is set (no-color.org) or TERM is dumb. */
export function choosePaint(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const wanted = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
  return wanted ? colourPaint : plainPaint
}
