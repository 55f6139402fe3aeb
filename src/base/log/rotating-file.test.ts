// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { RotatingFile } from './rotating-file.ts'
import type { RotatingFileOptions } from './rotating-file.ts'

const start = Date.parse('2026-01-31T08:15:00Z')

/** A log file in a directory of its own, with a clock that the test turns. */
function open(t: TestContext, options: Partial<RotatingFileOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'plait-log-'))
  const path = join(directory, 'daemon.log')
  const clock = { ms: start }
  const limits = { maxBytes: 10, maxBackups: 0, maxAgeDays: 0, compress: false }
  const make = (): RotatingFile => new RotatingFile(path, { ...limits, now: () => clock.ms, ...options })
  const file = make()
  t.after(async () => {
    file[Symbol.dispose]()
    await file.idle()
    rmSync(directory, { recursive: true })
  })
  const read = (name = 'daemon.log'): string => readFileSync(join(directory, name), 'utf8')
  const names = async (): Promise<readonly string[]> => {
    await file.idle()
    return readdirSync(directory).toSorted()
  }
  return { file, path, directory, clock, read, names, make }
}

describe('RotatingFile', () => {
  test('moves a full file aside under the time at which it was full', async (t) => {
    const { file, read, names } = open(t)
    for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) file.write(line)
    assert.deepEqual(await names(), [
      'daemon-2026-01-31T08-15-00.000.log',
      'daemon-2026-01-31T08-15-00.001.log',
      'daemon.log',
    ])
    assert.deepEqual(
      [read('daemon-2026-01-31T08-15-00.000.log'), read('daemon-2026-01-31T08-15-00.001.log'), read()],
      ['one\ntwo\n', 'three\n', 'four\n'],
    )
  })

  test('keeps so many full files, the newest ones', async (t) => {
    const { file, names } = open(t, { maxBackups: 2 })
    for (let i = 0; i < 6; i++) file.write(`line ${i} is long\n`)
    assert.deepEqual(await names(), [
      'daemon-2026-01-31T08-15-00.003.log',
      'daemon-2026-01-31T08-15-00.004.log',
      'daemon.log',
    ])
  })

  test('removes full files that are too old, also compressed ones, and nothing else', async (t) => {
    const { file, directory, names } = open(t, { maxAgeDays: 5 })
    const others = [
      'daemon-2026-01-20T08-00-00.000.log.gz',
      'daemon-notes.log',
      'other-2026-01-01T08-00-00.000.log',
    ]
    for (const name of others) writeFileSync(join(directory, name), '')
    for (const line of ['a line\n', 'another\n']) file.write(line)
    assert.deepEqual(await names(), [
      'daemon-2026-01-31T08-15-00.000.log',
      'daemon-notes.log',
      'daemon.log',
      'other-2026-01-01T08-00-00.000.log',
    ])
  })

  test('compresses full files so that gunzip reads them', async (t) => {
    const { file, directory, names } = open(t, { compress: true })
    for (const line of ['a line\n', 'another\n']) file.write(line)
    assert.deepEqual(await names(), ['daemon-2026-01-31T08-15-00.000.log.gz', 'daemon.log'])
    const packed = join(directory, 'daemon-2026-01-31T08-15-00.000.log.gz')
    assert.equal(execFileSync('gzip', ['-dc', packed], { encoding: 'utf8' }), 'a line\n')
  })

  test('removes what is too many although nothing can be compressed', async (t) => {
    const { file, directory, names, make } = open(t, {
      compress: true,
      maxBackups: 1,
      onProblem: () => undefined,
    })
    await file.idle()
    const backup = (day: number): string => `daemon-2026-01-0${day}T08-00-00.000.log`
    for (const day of [1, 2, 3]) writeFileSync(join(directory, backup(day)), 'old\n')
    // Where the compressed file would go to.
    mkdirSync(join(directory, `${backup(3)}.gz`))
    mkdirSync(join(directory, `${backup(3)}.gz.tmp`))
    using next = make()
    await next.idle()
    const left = (await names()).filter((name) => name.endsWith('.log'))
    assert.deepEqual(left, [backup(3), 'daemon.log'])
  })

  test('finishes at its start what an earlier process left', async (t) => {
    const { directory, names, make, file } = open(t, { compress: true })
    await file.idle()
    const backup = 'daemon-2026-01-30T08-00-00.000.log'
    for (const name of [backup, `${backup}.gz.tmp`]) writeFileSync(join(directory, name), 'old\n')
    using next = make()
    await next.idle()
    assert.deepEqual(await names(), [`${backup}.gz`, 'daemon.log'])
  })

  test('counts what was in the file before', (t) => {
    const { file, read, make } = open(t)
    file.write('12345678\n')
    using next = make()
    next.write('xy\n')
    assert.equal(read(), 'xy\n')
  })

  test('begins a line of its own after one that a full disk has cut', (t) => {
    const { file, read } = open(t, { maxBytes: 1000 })
    // The bound of a process for its files is as good as that of a disk.
    const allow = (bytes: string): Buffer =>
      execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:`])
    file.write('whole\n')
    allow('10')
    try {
      for (let i = 0; i < 2; i++) assert.throws(() => file.write('too long\n'), { code: 'EFBIG' })
    } finally {
      allow('unlimited')
    }
    for (const line of ['next\n', 'last\n']) file.write(line)
    assert.equal(read(), 'whole\ntoo \nnext\nlast\n')
  })

  test('goes on in a new file within a second after another program has moved it', (t) => {
    const { file, path, clock, read } = open(t, { maxBytes: 1000 })
    file.write('before\n')
    renameSync(path, `${path}.1`)
    file.write('meanwhile\n')
    clock.ms += 1000
    file.write('after\n')
    assert.deepEqual([read('daemon.log.1'), read()], ['before\nmeanwhile\n', 'after\n'])
  })

  test('goes on in a new file at once when it is told so', (t) => {
    const { file, path, read } = open(t, { maxBytes: 1000 })
    file.write('before\n')
    renameSync(path, `${path}.1`)
    file.reopen()
    file.write('after\n')
    assert.deepEqual([read('daemon.log.1'), read()], ['before\n', 'after\n'])
  })

  test('begins anew in a file that cannot be moved, and says so once a minute', (t) => {
    const { path, clock, read, file } = open(t)
    file.write('old\n')
    // No name in /proc can be changed.
    const descriptor = openSync(path, 'r')
    t.after(() => closeSync(descriptor))
    const problems: string[] = []
    const onProblem = ({ message }: Error): void => void problems.push(message)
    const limits = {
      maxBytes: 10,
      maxBackups: 1,
      maxAgeDays: 1,
      compress: false,
      now: () => clock.ms,
      onProblem,
    }
    using stuck = new RotatingFile(`/proc/self/fd/${descriptor}`, limits)
    for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) stuck.write(line)
    assert.equal(read(), 'four\n')
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /rename '\/proc\/self\/fd/)
  })
})
