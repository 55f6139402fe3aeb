// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatTraceParent, nextSpan, parseTraceParent } from './trace-context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'

describe('parseTraceParent()', () => {
  test('reads what another program hands over', () => {
    const context = { traceId, spanId, flags: '01' }
    assert.deepEqual(parseTraceParent(`00-${traceId}-${spanId}-01`), context)
    assert.deepEqual(parseTraceParent(`cc-${traceId}-${spanId}-01-what-the-future-holds`), context)
  })

  const broken = [
    undefined,
    '',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-01-more`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${spanId}-01\n`,
  ]
  for (const text of broken) {
    test(`takes no context from ${JSON.stringify(text)}`, () =>
      assert.equal(parseTraceParent(text), undefined))
  }
})

describe('nextSpan()', () => {
  test('stays in the trace, with a number of its own', () => {
    const parent = { traceId, spanId, flags: '01' }
    const [one, two] = [nextSpan(parent), nextSpan(parent)]
    assert.deepEqual([one.traceId, one.flags], [traceId, '01'])
    assert.equal(new Set([spanId, one.spanId, two.spanId]).size, 3)
  })

  test('begins a trace that can be handed on', () => {
    const context = nextSpan()
    assert.deepEqual(parseTraceParent(formatTraceParent(context)), context)
  })
})
