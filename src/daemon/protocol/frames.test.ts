// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { encodeFrame, FrameReader, frameType } from './frames.ts'

const frames = fc.array(
  fc.record(
    {
      type: fc.constantFrom(...Object.values(frameType)),
      payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 6 },
)

describe('encodeFrame()', () => {
  test('writes the type, the length in little endian, and the payload', () => {
    assert.equal(encodeFrame(frameType.reply, Buffer.from('abc')).toString('hex'), '0403000000616263')
  })
})

describe('FrameReader', () => {
  test('gives back what encodeFrame() was given, however the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(frames, cuts, (sent, sizes) => {
        const stream = Buffer.concat(sent.map(({ type, payload }) => encodeFrame(type, payload)))
        const reader = new FrameReader()
        const received = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          received.push(...reader.push(stream.subarray(at, at + size)))
          at += size
        }
        assert.deepEqual(received, sent)
        assert.equal(reader.heldBytes > 0, false)
      }),
    )
  })

  test('throws nothing but a ProtocolError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (chunks) => {
        const reader = new FrameReader()
        try {
          for (const chunk of chunks) reader.push(Buffer.from(chunk))
        } catch (error) {
          assert.ok(error instanceof Error)
          assert.equal(error.name, 'ProtocolError')
        }
      }),
    )
  })

  test('says that it waits for the rest of a frame', () => {
    const reader = new FrameReader()
    assert.deepEqual(reader.push(Buffer.from('0403000000', 'hex')), [])
    assert.equal(reader.heldBytes > 0, true)
    assert.equal(reader.push(Buffer.from('abc')).length, 1)
    assert.equal(reader.heldBytes > 0, false)
  })

  test('refuses a length above the limit before the payload comes', () => {
    assert.throws(() => new FrameReader(10).push(Buffer.from('010b000000', 'hex')), {
      id: 'daemon/protocol-violated',
      message: 'Cannot read a frame of 11 bytes: at most 10 are allowed',
    })
  })

  test('refuses an unknown type at its first byte', () => {
    assert.throws(() => new FrameReader().push(Buffer.from('G')), {
      message: 'Cannot read a frame of type 71: there is no such type',
    })
  })
})
