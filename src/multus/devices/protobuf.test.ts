// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { readProtobuf } from './protobuf.ts'

/** Bytes from hexadecimal text, as `protoc --encode | xxd -p` prints them. */
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

describe('readProtobuf()', () => {
  test('gives the fields of bytes by number, in order, and skips numbers', () => {
    // 1: "ab", 2: varint 150, 3: fixed32, 4: fixed64, 1: "c"
    const fields = readProtobuf(hex('0a026162 109601 1d01020304 210102030405060708 0a0163'))
    assert.deepEqual([...fields.keys()], [1])
    assert.deepEqual(fields.get(1)?.map(String), ['ab', 'c'])
  })

  test('reads lengths and numbers of more than one byte', () => {
    const long = 'x'.repeat(300)
    const fields = readProtobuf(Buffer.concat([hex('8201 ac02'), Buffer.from(long)]))
    assert.deepEqual(fields.get(16)?.map(String), [long])
  })

  test('refuses what is cut off or of an unknown wire type', () => {
    for (const text of ['0a', '0a05 61', '08', '21 01', '0b', 'ffffffffffffffffffff01']) {
      assert.throws(
        () => readProtobuf(hex(text)),
        /^Error: Cannot read protobuf message: it is malformed at byte \d+$/,
        text,
      )
    }
  })

  test('ends, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readProtobuf(Buffer.from(bytes))
        } catch (error) {
          assert.match(String(error), /malformed/)
        }
      }),
    )
  })
})
