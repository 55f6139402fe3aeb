// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { encodeFrame, FrameReader, opcodes } from './frames.ts'
import type { Frame } from './frames.ts'

/** A frame as a client sends it: masked. */
function masked(payload: Uint8Array, first = 0x82): Buffer {
  const plain = encodeFrame(opcodes.binary, payload)
  const mask = Buffer.of(1, 2, 3, 4)
  const head = Buffer.from(plain.subarray(0, plain.length - payload.length))
  head[0] = first
  head[1] = (head[1] ?? 0) | 0x80
  const body = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))
  return Buffer.concat([head, mask, body])
}

const payloads = (frames: readonly Frame[]) => frames.map(({ payload }) => payload.toString('hex'))

describe('WebSocket frames', () => {
  test('are found again however their bytes are cut', () => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), (messages, step) => {
        const wire = Buffer.concat(messages.map((one) => masked(one)))
        const reader = new FrameReader(1000)
        const frames: Frame[] = []
        for (let at = 0; at < wire.length; at += step)
          frames.push(...reader.push(wire.subarray(at, at + step)))
        assert.deepEqual(
          payloads(frames),
          messages.map((one) => Buffer.from(one).toString('hex')),
        )
      }),
      { numRuns: 100 },
    )
  })

  test('can be longer than 65535 bytes', () => {
    const payload = Buffer.alloc(70_000, 7)
    const [frame] = new FrameReader(100_000).push(masked(payload))
    assert.ok(frame?.payload.equals(payload))
  })

  test('tell fragments from whole messages', () => {
    const frames = new FrameReader(10).push(
      Buffer.concat([masked(Buffer.of(1), 0x02), masked(Buffer.of(2), 0x80)]),
    )
    assert.deepEqual(
      frames.map(({ isLast, opcode }) => [isLast, opcode]),
      [
        [false, 2],
        [true, 0],
      ],
    )
  })

  test('are refused when they are too large or not masked', () => {
    assert.throws(
      () => new FrameReader(10).push(masked(Buffer.alloc(11))),
      /a frame has 11 bytes, more than 10/,
    )
    assert.throws(() => new FrameReader(10).push(encodeFrame(opcodes.binary, Buffer.of(1))), /is not masked/)
  })
})
