// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../base/index.ts'
import { CniError } from '../../cni/index.ts'
import { encodeFrame, frameType } from '../protocol/frames.ts'
import type { Outcome } from '../requests/cni-call.ts'
import { frameOf, soon, trial } from './fakes/spool-trial.ts'

describe('Spool, of what cannot be replayed,', () => {
  const patience = { ageMs: 60_000, leastTries: 1, mostTries: 1000 }
  const failing = async (): Promise<Outcome> => ({ error: new CniError(999, 'the switch is gone') })

  test('sets aside what has failed for too long, says so once, and replays it when it is renamed', async (t) => {
    const { directory, spool, log, put, start } = trial(t, { patience })
    put('old', 10)
    let answer = failing
    const seen = start(async () => answer())
    const file = join(directory, 'old.del')
    await waitFor(() => existsSync(`${file}.failed`) && spool.length === 0, soon)
    await waitFor(() => spool.aside.failed === 1, soon)
    const [line, ...more] = log()
      .split('\n')
      .filter((text) => text.includes('set aside'))
    assert.deepEqual(more, [])
    for (const text of [
      'daemon/spool-given-up',
      'the switch is gone',
      `rename ${file}.failed`,
      'container old',
    ]) {
      assert.ok(line?.includes(text), text)
    }
    answer = async () => ({ stdout: '' })
    renameSync(`${file}.failed`, file)
    await waitFor(() => readdirSync(directory).length === 0 && spool.aside.failed === 0, soon)
    assert.deepEqual(seen, ['old', 'old'])
  })

  test('keeps on trying what has failed for a short time', async (t) => {
    const { directory, put, start } = trial(t, { patience })
    put('young')
    const seen = start(failing)
    await waitFor(() => seen.length === 2, soon)
    assert.deepEqual(readdirSync(directory), ['young.del'])
  })

  test('does not set aside a DEL that a shim has kept anew while it failed', async (t) => {
    const { directory, put, start } = trial(t, { patience })
    put('same', 10)
    let tries = 0
    start(async () => {
      if (++tries > 1) return { stdout: '' }
      put('same')
      return failing()
    })
    await waitFor(() => readdirSync(directory).length === 0, soon)
    assert.equal(tries, 2)
  })

  test('says which of those that have failed had to make room', async (t) => {
    const { directory, log, put, start } = trial(t, { patience })
    for (let second = 100; second < 612; second++) {
      writeFileSync(join(directory, `kept${second}.del.failed`), '')
      utimesSync(join(directory, `kept${second}.del.failed`), second, second)
    }
    put('newest', 1000)
    start(failing)
    await waitFor(() => log().includes('"removed":["kept100.del.failed"]'), soon)
    assert.equal(readdirSync(directory).length, 512)
  })

  const broken: readonly (readonly [string, Buffer])[] = [
    ['nothing', Buffer.alloc(0)],
    ['half a frame', frameOf('x').subarray(0, 30)],
    ['a frame and more', Buffer.concat([frameOf('x'), Buffer.from('x')])],
    ['two frames', Buffer.concat([frameOf('x'), frameOf('y')])],
    ['a frame of another type', encodeFrame(frameType.reply, Buffer.from('x'))],
    ['an ADD', frameOf('x', 'ADD')],
    ['noise', Buffer.from('hello world, this is no frame')],
  ]
  for (const [what, bytes] of broken) {
    test(`sets ${what} aside with one log line, and goes on`, async (t) => {
      const { directory, log, put, start } = trial(t)
      writeFileSync(join(directory, 'bad.del'), bytes)
      put('good')
      const seen = start()
      await waitFor(() => readdirSync(directory).join() === 'bad.del.broken', soon)
      assert.deepEqual(seen, ['good'])
      assert.equal(log().match(/spooled request set aside/g)?.length, 1)
      assert.match(log(), /daemon\/protocol-violated/)
    })
  }

  test('goes on with the others when it can neither read one nor set it aside', async (t) => {
    const { directory, log, put, start } = trial(t)
    writeFileSync(join(directory, 'bad.del'), 'noise')
    utimesSync(join(directory, 'bad.del'), 1, 1)
    mkdirSync(join(directory, 'bad.del.broken'))
    put('good')
    const seen = start()
    await waitFor(() => !existsSync(join(directory, 'good.del')), soon)
    put('later')
    await waitFor(() => !existsSync(join(directory, 'later.del')), soon)
    assert.deepEqual(seen, ['good', 'later'])
    assert.equal(log().match(/spool cannot be read/g)?.length, 1)
  })

  test('keeps the newest 64 of what it has set aside', async (t) => {
    const { directory, start } = trial(t)
    for (let index = 0; index < 70; index++) {
      const name = join(directory, `x${index}.del`)
      writeFileSync(name, 'x')
      utimesSync(name, 1000 + index, 1000 + index)
    }
    start()
    const late = { ...soon, timeoutMs: 60_000 }
    await waitFor(() => readdirSync(directory).every((name) => name.endsWith('.broken')), late)
    await waitFor(() => readdirSync(directory).length === 64, late)
    assert.ok(!existsSync(join(directory, 'x0.del.broken')))
    assert.ok(existsSync(join(directory, 'x69.del.broken')))
  })
})
