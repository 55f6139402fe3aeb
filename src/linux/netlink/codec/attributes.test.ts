// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { formatMac, ipFromBytes, PlaitError } from '../../../base/index.ts'
import { attrs, many } from './attributes.ts'
import { ByteWriter } from './byte-writer.ts'
import { bareText, bool, ip, mac, raw, s32, text, u16, u16be, u32, u8 } from './payload.ts'
import type { Payload } from './payload.ts'

const table = attrs({
  byte: [1, u8],
  flag: [2, bool],
  short: [3, u16],
  port: [4, u16be],
  word: [5, u32],
  signed: [6, s32],
  name: [7, text],
  kind: [8, bareText],
  mac: [9, mac],
  ip: [10, ip],
  raw: [11, raw],
  list: [12, many(u32)],
  inner: [13, attrs({ word: [1, u32], names: [2, many(text)] })],
})

const u32s = fc.nat({ max: 0xffff_ffff })
const names = fc.string({ maxLength: 20 }).filter((name) => !name.includes('\0'))
const nonEmpty = <T>(items: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(items, { minLength: 1, maxLength: 4 })
const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })

const anyValues = fc.record(
  {
    byte: fc.nat(0xff),
    flag: fc.boolean(),
    short: fc.nat(0xffff),
    port: fc.nat(0xffff),
    word: u32s,
    signed: fc.integer(),
    name: names,
    kind: names,
    mac: bytes(6).map(formatMac),
    ip: fc.oneof(bytes(4), bytes(16)).map((each) => ipFromBytes(each)),
    raw: fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each)),
    list: nonEmpty(u32s),
    inner: fc.record({ word: u32s, names: nonEmpty(names) }, { requiredKeys: [], noNullPrototype: true }),
    unknown: nonEmpty(
      fc.record(
        { type: fc.integer({ min: 20, max: 0x3fff }), payload: bytes(5).map((each) => Buffer.from(each)) },
        { noNullPrototype: true },
      ),
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
)

function encode<T>(payload: Payload<T>, value: T): Buffer {
  const out = new ByteWriter()
  payload.write(value, out)
  return out.finish()
}

describe('attrs()', () => {
  test('reads what it wrote', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const encoded = encode(table, values)
        assert.equal(encoded.length % 4, 0)
        assert.deepEqual(table.read(encoded, 0, encoded.length), { ...values })
      }),
    )
  })

  test('writes what it read byte for byte, in whatever order it came', () => {
    fc.assert(
      fc.property(anyValues, fc.integer(), (values, seed) => {
        const shuffled = Object.entries(values).sort(
          ([a], [b]) => (a + seed < b + seed ? 1 : -1) * (seed % 2 === 0 ? 1 : -1),
        )
        const encoded = encode(table, Object.fromEntries(shuffled))
        assert.deepEqual(encode(table, table.read(encoded, 0, encoded.length)), encoded)
      }),
    )
  })

  test('reads any bytes or refuses them as malformed, and never looks outside', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
        const around = Buffer.concat([Buffer.alloc(8, 0xee), noise, Buffer.alloc(8, 0xee)])
        const read = (buffer: Buffer, start: number): unknown => {
          try {
            return table.read(buffer, start, start + noise.length)
          } catch (error) {
            assert.ok(error instanceof PlaitError && error.id === 'net/no-answer', String(error))
            return 'refused'
          }
        }
        assert.deepEqual(read(around, 8), read(Buffer.from(noise), 0))
      }),
    )
  })

  test('shares no memory with what it read', () => {
    const encoded = encode(table, {
      raw: Buffer.from('abc'),
      unknown: [{ type: 99, payload: Buffer.from('x') }],
    })
    const values = table.read(encoded, 0, encoded.length)
    encoded.fill(0)
    assert.equal(values.raw?.toString(), 'abc')
    assert.equal(values.unknown?.[0]?.payload.toString(), 'x')
  })

  test('can leave out what it does not name', () => {
    const encoded = encode(table, { byte: 1, unknown: [{ type: 99, payload: Buffer.from('x') }] })
    assert.deepEqual(table.read(encoded, 0, encoded.length, false), { byte: 1 })
  })

  test('looks at the number without its flag bits, and writes them', () => {
    const nested = attrs({ inner: [0x8000 | 5, attrs({ word: [1, u32] })] })
    assert.equal(encode(nested, { inner: { word: 7 } }).toString('hex'), '0c0005800800010007000000')
    assert.deepEqual(nested.read(Buffer.from('0c0005000800010007000000', 'hex'), 0, 12), {
      inner: { word: 7 },
    })
  })

  test('writes nothing for values that are undefined', () => {
    assert.equal(encode(table, { byte: undefined, word: undefined }).length, 0)
  })
})
