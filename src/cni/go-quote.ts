// SPDX-License-Identifier: Apache-2.0

const named: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  '\\': '\\\\',
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
}

// What Go calls not printable: everything but letters, marks, numbers, punctuation, symbols and the ASCII blank.
const unprintable = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/** Text in double quotes as Go's `%q` writes it; the texts of upstream's errors contain such quotes. */
export function goQuote(text: string): string {
  return `"${text.toWellFormed().replaceAll(unprintable, escape)}"`
}

/** A list of texts as Go's `%q` writes a slice: quoted, with blanks between, in brackets. */
export function goQuoteList(texts: readonly string[]): string {
  return `[${texts.map(goQuote).join(' ')}]`
}

function escape(character: string): string {
  const short = named[character]
  if (short !== undefined) return short
  const code = character.codePointAt(0) ?? 0
  if (code < 0x80) return String.raw`\x${hex(code, 2)}`
  return code > 0xffff ? String.raw`\U${hex(code, 8)}` : String.raw`\u${hex(code, 4)}`
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
