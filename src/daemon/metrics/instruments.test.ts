// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BoundedNames } from './bounded-names.ts'
import { Counter, formatMetrics, Gauge, Histogram } from './instruments.ts'
import type { Instrument } from './instruments.ts'

const command = { command: 'any' }

function lines(instrument: Instrument): readonly string[] {
  return formatMetrics([instrument]).split('\n')
}

describe('formatMetrics()', () => {
  test('writes a counter for each value of its labels', () => {
    const counter = new Counter({ name: 'calls_total', kind: 'counter', help: 'Calls', labels: command })
    for (const one of ['ADD', 'DEL', 'ADD']) counter.add({ command: one })
    assert.deepEqual(lines(counter), [
      '# HELP calls_total Calls',
      '# TYPE calls_total counter',
      'calls_total{command="ADD"} 2',
      'calls_total{command="DEL"} 1',
      '',
    ])
  })

  test('writes a histogram in seconds with cumulative buckets', () => {
    const histogram = new Histogram({
      name: 'seconds',
      kind: 'histogram',
      help: 'Time',
      labels: command,
      buckets: [0.1, 1],
    })
    for (const ms of [50, 100, 500, 5000]) histogram.observe({ command: 'ADD' }, ms)
    assert.deepEqual(lines(histogram).slice(2), [
      'seconds_bucket{command="ADD",le="0.1"} 2',
      'seconds_bucket{command="ADD",le="1"} 3',
      'seconds_bucket{command="ADD",le="+Inf"} 4',
      'seconds_sum{command="ADD"} 5.65',
      'seconds_count{command="ADD"} 4',
      '',
    ])
  })

  test('looks the value of a gauge up each time', () => {
    let value = 1
    const gauge = new Gauge({ name: 'length', kind: 'gauge', help: 'Length', labels: {} }, () => [
      [{}, value],
    ])
    assert.equal(lines(gauge)[2], 'length 1')
    value = 2
    assert.equal(lines(gauge)[2], 'length 2')
  })

  test('lets no value of a label end its line or its quotes', () => {
    const counter = new Counter({ name: 'x', kind: 'counter', help: 'X', labels: command })
    counter.add({ command: 'a"} 5\nb\\' })
    assert.deepEqual(lines(counter).slice(2), [String.raw`x{command="a\"} 5\nb\\"} 1`, ''])
  })
})

test('a metric never has more than 2001 series, whatever its labels say', () => {
  const counter = new Counter({ name: 'x', kind: 'counter', help: 'X', labels: command })
  for (let i = 0; i < 5000; i++) counter.add({ command: `c${i}` })
  assert.equal([...counter.lines()].length, 2001)
  assert.ok([...counter.lines()].includes('x{command="other"} 3000'))
})

test('BoundedNames keeps its own names, takes so many others, and calls the rest "other"', () => {
  const names = new BoundedNames(['bridge'], 2)
  const given = ['sriov', 'bridge', 'ovs', 'calico', 'sriov', 'bridge', 'flannel']
  assert.deepEqual(
    given.map((name) => names.of(name)),
    ['sriov', 'bridge', 'ovs', 'other', 'sriov', 'bridge', 'other'],
  )
})
