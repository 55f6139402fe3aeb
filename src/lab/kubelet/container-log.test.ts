// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as consumeText } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { ContainerLog, readContainerLog, type LogSelection } from './container-log.ts'

describe("a container's log", () => {
  let directory = ''
  before(() => (directory = mkdtempSync(join(tmpdir(), 'lab-log-'))))
  after(() => rmSync(directory, { recursive: true }))

  async function read(text: string, selection: Partial<LogSelection>): Promise<string> {
    const path = join(directory, 'read.log')
    writeFileSync(path, text)
    const selected = { follow: false, signal: AbortSignal.timeout(5000), ...selection }
    return consumeText(readContainerLog(path, selected))
  }

  it('is read whole, from the end by lines, and up to a number of bytes', async () => {
    assert.equal(await read('a\nb\nc\n', {}), 'a\nb\nc\n')
    assert.equal(await read('a\nb\nc\n', { tailLines: 2 }), 'b\nc\n')
    assert.equal(await read('a\nb\nc', { tailLines: 1 }), 'c')
    assert.equal(await read('a\nb\n', { tailLines: 9 }), 'a\nb\n')
    assert.equal(await read('a\nb\n', { tailLines: 0 }), '')
    assert.equal(await read('abcdef', { limitBytes: 3 }), 'abc')
  })

  it('is empty when nothing was printed', async () => {
    const none = readContainerLog(join(directory, 'none'), {
      follow: true,
      signal: AbortSignal.timeout(5000),
    })
    assert.equal(await consumeText(none), '')
  })

  it('is followed until the client leaves', async () => {
    const path = join(directory, 'follow.log')
    writeFileSync(path, 'one\n')
    const client = new AbortController()
    let seen = ''
    for await (const part of readContainerLog(path, { follow: true, signal: client.signal })) {
      seen += Buffer.from(part).toString()
      if (seen === 'one\n') appendFileSync(path, 'two\n')
      if (seen.endsWith('two\n')) client.abort()
    }
    assert.equal(seen, 'one\ntwo\n')
  })

  it('stops growing at its bound and says so', async () => {
    const path = join(directory, 'sub/big.log')
    const log = new ContainerLog(path)
    for (let index = 0; index < 40; index += 1) log.write(Buffer.alloc(64 * 1024, 'x'))
    await log.end()
    const text = readFileSync(path, 'utf8')
    assert.match(text, /no more of this log\]\n$/)
    assert.ok(text.length <= (1 << 20) + 100)
  })
})
