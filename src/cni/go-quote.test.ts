// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goQuote, goQuoteList } from './go-quote.ts'

// The expected texts are those of fmt.Sprintf("%q", …).
const vectors: readonly [string, string][] = [
  ['', '""'],
  ['a b', '"a b"'],
  ['say "hi" \\ there', String.raw`"say \"hi\" \\ there"`],
  ['\u0007\b\f\n\r\t\v', String.raw`"\a\b\f\n\r\t\v"`],
  ['\u0000\u001B[31m\u007F', String.raw`"\x00\x1b[31m\x7f"`],
  ['grüße 日本 €', '"grüße 日本 €"'],
  ['\u00A0\u200B\uFEFF', String.raw`"\u00a0\u200b\ufeff"`],
  ['\u{1F600}\u{E0001}', String.raw`"😀\U000e0001"`],
]

test('goQuote() writes text as Go does', () => {
  for (const [text, quoted] of vectors) assert.equal(goQuote(text), quoted)
})

test('goQuoteList() writes a slice as Go does', () => {
  assert.equal(goQuoteList([]), '[]')
  assert.equal(goQuoteList(['A=B', 'C="D"']), String.raw`["A=B" "C=\"D\""]`)
})
