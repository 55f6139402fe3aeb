// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatReport, replaceReport } from '../../bench/kit/report.ts'
import type { Results } from '../../bench/kit/report.ts'
import { readPage } from '../docs/pages.ts'

const page = readPage('docs/reference/measurements.md').text

function results(samples: Readonly<Record<string, readonly number[]>>): Results {
  const measurements = [{ what: 'pod ADD', unit: 'ms', samples } as const]
  return {
    machine: 'a machine',
    rounds: 3,
    sections: [{ name: 'pod', title: 'A pod', measurements, notes: ['A note.'] }],
  }
}

describe('the page of measurements', () => {
  it('takes the figures of a run in the place of those that it had', () => {
    const first = replaceReport(page, 'first figures')
    const second = replaceReport(first, 'second figures')
    assert.match(first, /^first figures$/m)
    assert.equal(second, first.replace('first figures', 'second figures'))
  })

  it('keeps what people wrote around the figures', () => {
    const begin = page.indexOf('<!-- figures')
    assert.ok(replaceReport(page, 'figures').startsWith(page.slice(0, begin)))
  })

  it('is refused where it has no place for figures', () => {
    assert.throws(() => replaceReport('# Measurements\n', 'figures'), /Cannot put figures on the page/)
  })

  it('shows medians, the span, ratios, and whether the goal was reached', () => {
    const report = formatReport(results({ plait: [1, 3, 2], upstream: [30, 24, 20] }))
    assert.match(report, /^\| pod ADD, ms \| 2\.00 \(1\.00–3\.00\) \| 24\.0 \(20\.0–30\.0\) \| 12\.0 \|$/m)
    assert.match(report, /^\| pod with three interfaces, ADD \| .+ ≥ 12 \| 12\.0 \| yes \|$/m)
  })

  it('says plainly that a goal was not reached', () => {
    const report = formatReport(results({ plait: [2], upstream: [23] }))
    assert.match(report, /\| 11\.5 \| \*\*no\*\* \|/)
  })

  it('leaves a goal out that was not measured on both sides', () => {
    assert.doesNotMatch(formatReport(results({ plait: [2] })), /to be reached/)
  })
})
