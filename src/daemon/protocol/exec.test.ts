// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { decodeExecResult, encodeExec, encodeKill } from './exec.ts'
import { decodeFound, encodeFind } from './find.ts'
import { ProtocolError } from './protocol-error.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('encodeExec()', () => {
  test('writes the numbers, the path, the lists and the input, as the reference says', () => {
    const payload = encodeExec({
      id: 1,
      path: '/b/x',
      args: ['a'],
      environment: { K: 'v' },
      stdin: Buffer.from('{}'),
      timeoutMs: 2,
      maxStdoutBytes: 3,
      maxStderrBytes: 4,
    })
    const numbers = '01000000 02000000 03000000 04000000'
    const lists = '01000000 0100000061 01000000 030000004b3d76'
    assert.deepEqual(payload, hex(`${numbers} 040000002f622f78 ${lists} 020000007b7d`))
    assert.deepEqual(encodeKill(7), hex('07000000'))
  })
})

describe('decodeExecResult()', () => {
  test('reads how a program ended', () => {
    assert.deepEqual(decodeExecResult(hex('05000000 00 02 00 09 01000000 6f 02000000 6565')), {
      id: 5,
      outcome: 'ended',
      killed: 2,
      exitCode: 0,
      signal: 9,
      stdout: Buffer.from('o'),
      stderr: Buffer.from('ee'),
    })
  })

  test('reads why one was not started, or refused', () => {
    assert.deepEqual(decodeExecResult(hex('05000000 01 1a000000')), {
      id: 5,
      outcome: 'not started',
      errno: 26,
    })
    assert.deepEqual(decodeExecResult(hex('05000000 02 6e6f')), { id: 5, outcome: 'refused', reason: 'no' })
  })

  const broken: readonly (readonly [string, string])[] = [
    ['', 'a field needs 4 bytes, and 0 are left'],
    ['05000000 03', 'there is no such outcome'],
    ['05000000 00 04 0000 00000000 00000000', 'nothing is killed for 4'],
    ['05000000 00 00 0000 00000000 00000000 00', '1 bytes follow its last field'],
    ['05000000 01 1a0000', 'a field needs 4 bytes, and 3 are left'],
  ]
  for (const [bytes, problem] of broken) {
    test(`refuses ${bytes || 'nothing'}`, () => {
      assert.throws(() => decodeExecResult(hex(bytes)), {
        id: 'daemon/protocol-violated',
        message: `Cannot read an EXEC_RESULT frame: ${problem}`,
      })
    })
  }

  test('answers any bytes with a value or a ProtocolError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        for (const decode of [decodeExecResult, decodeFound]) {
          try {
            decode(Buffer.from(bytes))
          } catch (error) {
            assert.ok(error instanceof ProtocolError)
          }
        }
      }),
    )
  })
})

describe('decodeFound()', () => {
  test('reads the directories that hold a plugin', () => {
    assert.deepEqual(encodeFind(3, 'x'), hex('03000000 01000000 78'))
    assert.deepEqual(decodeFound(hex('03000000 01000000 020000002f62')), { id: 3, directories: ['/b'] })
  })

  test('refuses more directories than a shim names, before it makes room for them', () => {
    assert.throws(() => decodeFound(hex('03000000 ffffffff')), {
      message: 'Cannot read a FOUND frame: it names 4294967295 directories, at most 64 are allowed',
    })
  })
})
