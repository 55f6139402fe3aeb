// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { getSystemErrorMap } from 'node:util'
import { errorCatalogue } from '../../src/base/index.ts'
import { checkout } from '../lab/run-plait.ts'
import { codeSpans, readPages, type Page, type Span } from './pages.ts'

const rooms = new Set(Object.keys(errorCatalogue).map((id) => id.split('/')[0]))

/** Spans that look like an id, such as `net/busy`, and are no folder or file of the sources. */
function idsIn(page: Page): readonly Span[] {
  return codeSpans(page).filter(
    ({ text }) =>
      /^[a-z]+\/[a-z0-9-]+$/.test(text) &&
      rooms.has(text.split('/')[0]) &&
      ![text, `${text}.ts`].some((path) => existsSync(join(checkout, 'src', path))),
  )
}

/** The error texts that a page lists: the code in the first column of the table under its heading `Errors`. */
function listedTexts(page: Page): readonly Span[] {
  const [, section = ''] = /^## Errors$([^]*?)(?=^## |(?![^]))/m.exec(page.prose) ?? []
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => codeSpans({ ...page, prose: line.split(' | ')[0] ?? '' }))
    .map(({ text }) => ({ place: page.path, text }))
}

/** The sources as one text, messages in one piece as they are printed, and after it the kernel's own messages. */
function printedTexts(): string {
  const sources = globSync('{src,shim}/**/*.{ts,c}', { cwd: checkout })
    .map((path) => readFileSync(join(checkout, path), 'utf8'))
    .join('\n')
    .replaceAll(/['`]\s*\+\s*['`]/g, '')
    .replaceAll('\\', '')
  return [sources, ...[...getSystemErrorMap().values()].map(([, text]) => text)].join('\n')
}

/** What of a text is the same each time: the pieces between `…`, and between what is put together from causes. */
function fixedPieces(text: string): readonly string[] {
  return text
    .split(/…|: |; /)
    .map((piece) => piece.replace(/^(?:failed to|Cannot) /, '').replaceAll(/^[\s"':;,]+|[\s"':;,]+$/g, ''))
    .filter((piece) => piece.length > 2)
}

describe('the documentation', () => {
  it('names no error id that does not exist', () => {
    const unknown = readPages()
      .flatMap(idsIn)
      .filter(({ text }) => !Object.hasOwn(errorCatalogue, text))
    assert.deepEqual(unknown, [])
  })

  it('lists no error text that nothing prints', () => {
    const printed = printedTexts()
    const invented = readPages('docs/reference/plugins/*.md')
      .flatMap(listedTexts)
      .filter(({ text }) => !fixedPieces(text).every((piece) => printed.includes(piece)))
    assert.deepEqual(invented, [])
  })
})
