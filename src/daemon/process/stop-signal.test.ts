// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'

/** What becomes of a process that runs these statements; it cannot be this one. */
function run(statements: string): { readonly status: number | null; readonly stderr: string } {
  const base = new URL('../../base/index.ts', import.meta.url)
  const own = new URL('./stop-signal.ts', import.meta.url)
  const program = `
    import { createServer } from 'node:net'
    import { createLog } from ${JSON.stringify(base.href)}
    import { endProcessWithin, listenForStop } from ${JSON.stringify(own.href)}
    const log = createLog({ level: 'info' })
    ${statements}`
  const words = ['--input-type=module', '--eval', program]
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 })
  return { status, stderr }
}

describe('endProcessWithin()', () => {
  test('ends a process that something keeps alive, and says what', () => {
    const { status, stderr } = run(
      `createServer().listen(0, '127.0.0.1', () => endProcessWithin(10, { log, exitCode: 7 }))`,
    )
    assert.equal(status, 7)
    assert.match(stderr, /"open":\[.*"TCPServerWrap".*\],"msg":"daemon ends although not everything has"/)
  })

  test('does not keep a process alive', () => {
    assert.deepEqual(run('endProcessWithin(15_000, { log, exitCode: 7 })'), { status: 0, stderr: '' })
  })
})

describe('listenForStop()', () => {
  test('takes the first signal as the order, and further ones as the same', () => {
    const { status, stderr } = run(`
      const alive = setInterval(() => {}, 10_000)
      const stop = listenForStop(log, () => log.info({}, 'told'))
      process.kill(process.pid, 'SIGTERM')
      await stop.received
      process.once('SIGINT', () => setImmediate(() => {
        stop.ignore()
        clearInterval(alive)
      }))
      process.kill(process.pid, 'SIGINT')`)
    assert.equal(status, 0)
    assert.deepEqual(stderr.match(/"msg":"[^"]*"/g), [
      '"msg":"daemon is stopping"',
      '"msg":"told"',
      '"msg":"daemon is stopping"',
    ])
  })
})
