// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, it } from 'node:test'
import { checkout } from '../lab/run-plait.ts'
import { anchors, links, readPage, readPages } from './pages.ts'

const pages = readPages()
const anchorsOf = new Map(pages.map((page) => [page.path, anchors(page)]))

/** What is wrong with a link from a page; undefined when it leads somewhere. */
function problemWith(from: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(join(checkout, path))) return `${path} does not exist`
  if (anchor === undefined) return undefined
  if (anchorsOf.get(path)?.has(anchor) === true) return undefined
  return `${path} has no heading #${anchor}`
}

describe('links of the documentation', () => {
  it('lead somewhere', () => {
    const dead = pages.flatMap((page) =>
      links(page).flatMap(({ place, text }) => {
        const problem = problemWith(page.path, text)
        return problem === undefined ? [] : [`${place}: ${problem}`]
      }),
    )
    assert.deepEqual(dead, [])
  })

  it('lead from the index to every page of docs/', () => {
    const index = readPage('docs/README.md')
    const linked = new Set(links(index).map(({ text }) => normalize(join('docs', text.split('#')[0] ?? ''))))
    const lost = readPages('docs/**/*.md')
      .map(({ path }) => path)
      .filter((path) => path !== index.path && !linked.has(path))
    assert.deepEqual(lost, [], `pages that ${index.path} does not name`)
  })
})
