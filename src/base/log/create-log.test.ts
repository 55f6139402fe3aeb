// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PlaitError } from '../errors/plait-error.ts'
import { createLog } from './create-log.ts'
import { silentLog } from './log.ts'

function collect(): { lines: string[]; write(line: string): void } {
  const lines: string[] = []
  return { lines, write: (line) => void lines.push(line) }
}

test('createLog() writes one JSON line with level, time, fields and message', () => {
  const sink = collect()
  createLog({ level: 'info', destination: sink })
    .child({ pod: 'default/web' })
    .warn({ count: 2 }, 'queue is long')
  assert.equal(sink.lines.length, 1)
  const { time, ...rest } = JSON.parse(sink.lines[0] ?? '')
  assert.match(time, /^\d{4}-\d\d-\d\dT/)
  assert.deepEqual(rest, { level: 'warn', pod: 'default/web', count: 2, msg: 'queue is long' })
})

test('createLog() drops what is below its level', () => {
  const sink = collect()
  createLog({ level: 'error', destination: sink }).info({}, 'not this')
  assert.deepEqual(sink.lines, [])
})

test('createLog() escapes text that would forge a line', () => {
  const sink = collect()
  createLog({ level: 'debug', destination: sink }).debug(
    { name: 'a\n{"level":"error"}\u001b[31m' },
    'got a name',
  )
  assert.equal(sink.lines.length, 1)
  assert.doesNotMatch(sink.lines[0]?.trimEnd() ?? '', /\p{Cc}/u)
})

test('createLog() writes an error with its id and whole text', () => {
  const sink = collect()
  const error = new Error('Cannot attach', { cause: new PlaitError('net/busy', 'eth0 is taken') })
  createLog({ level: 'info', destination: sink }).error({ error }, 'attach failed')
  const line = JSON.parse(sink.lines[0] ?? '')
  assert.equal(line.error.id, 'net/busy')
  assert.equal(line.error.text, 'Cannot attach: eth0 is taken')
})

test('createLog() leaves out the middle of an error that is too long', () => {
  const sink = collect()
  const error = new Error(`Cannot read ${'x'.repeat(100_000)}: no such name`)
  createLog({ level: 'info', destination: sink }).error({ error }, 'attach failed')
  assert.ok((sink.lines[0] ?? '').length < 10_000)
  const { text } = JSON.parse(sink.lines[0] ?? '').error
  assert.match(text, /^Cannot read x+ … x+: no such name$/)
})

test('createLog() gives a text in place of an error no stack', () => {
  const sink = collect()
  createLog({ level: 'info', destination: sink }).error({ error: 'disk full' }, 'attach failed')
  assert.deepEqual(JSON.parse(sink.lines[0] ?? '').error, { text: 'disk full' })
})

test('silentLog stays silent in its children', () => {
  assert.equal(silentLog.child({}), silentLog)
})

test('createLog() leaves out the middle of any text that is too long, and tells of bytes only how many there are', () => {
  const sink = collect()
  const fields = { text: 't'.repeat(10_000), bytes: Buffer.from('secret') }
  createLog({ level: 'info', destination: sink }).info(fields, 'long')
  const { text, bytes } = JSON.parse(sink.lines[0] ?? '')
  assert.equal(text, `${'t'.repeat(2048)} … ${'t'.repeat(2048)}`)
  assert.equal(bytes, '6 bytes')
})
