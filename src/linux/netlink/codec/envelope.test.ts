// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { PlaitError } from '../../../base/index.ts'
import { NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_DONE, NLMSG_ERROR } from '../constants/netlink.ts'
import { decodeDone, decodeError, encodeRequest, splitMessages } from './envelope.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

function only(bytes: Buffer): ReturnType<typeof splitMessages> extends Generator<infer M> ? M : never {
  const [message] = splitMessages(bytes, bytes.length)
  assert.ok(message)
  return message
}

// "Unknown device type" with NLMSGERR_ATTR_MSG, as the kernel answers a request of 16 bytes.
const explanation = '18000100 556e6b6e6f776e2064657669636520747970650a'.replace(/0a$/, '00')
const echoedHeader = '10000000 1000 0506 07000000 00000000'

describe('decodeError()', () => {
  test('reads error number and explanation behind a capped request', () => {
    const bytes = hex(`3c000000 0200 0003 07000000 00000000 a1ffffff ${echoedHeader} ${explanation}`)
    const message = only(bytes)
    assert.deepEqual(
      [message.type, message.flags, message.sequence],
      [NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, 7],
    )
    assert.deepEqual(decodeError(bytes, message), { errno: 95, extack: 'Unknown device type' })
  })

  test('finds the explanation behind a whole request', () => {
    const request = '18000000 1000 0506 07000000 00000000 0102030405060708'
    const bytes = hex(`44000000 0200 0002 07000000 00000000 a1ffffff ${request} ${explanation}`)
    assert.deepEqual(decodeError(bytes, only(bytes)), { errno: 95, extack: 'Unknown device type' })
  })

  test('reads an acknowledgement', () => {
    const bytes = hex(`24000000 0200 0001 07000000 00000000 00000000 ${echoedHeader}`)
    assert.deepEqual(decodeError(bytes, only(bytes)), { errno: 0, extack: undefined })
  })
})

test('decodeDone() reads why a list ended', () => {
  const done = hex('14000000 0300 0200 07000000 00000000 00000000')
  assert.equal(only(done).type, NLMSG_DONE)
  assert.deepEqual(decodeDone(done, only(done)), { errno: 0, extack: undefined })
  const refused = hex(`2c000000 0300 0202 07000000 00000000 feffffff ${explanation}`)
  assert.deepEqual(decodeDone(refused, only(refused)), { errno: 2, extack: 'Unknown device type' })
})

describe('splitMessages()', () => {
  test('gives each message with its bounds', () => {
    const one = encodeRequest({ type: 16, flags: 5, sequence: 9 }, (out) => out.uint(0xabcd, 2))
    const two = encodeRequest({ type: 17, flags: 6, sequence: 10 }, (out) => out.zeros(8))
    const bytes = Buffer.concat([one, Buffer.alloc(2), two])
    assert.deepEqual(
      [...splitMessages(bytes, bytes.length)].map(({ type, flags, sequence, start, end }) => [
        type,
        flags,
        sequence,
        start,
        end,
      ]),
      [
        [16, 5, 9, 16, 18],
        [17, 6, 10, 36, 44],
      ],
    )
  })

  test('splits any bytes or refuses them as malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (noise) => {
        const bytes = Buffer.from(noise)
        try {
          for (const message of splitMessages(bytes, bytes.length)) {
            assert.ok(message.start <= message.end && message.end <= bytes.length)
            decodeError(bytes, message)
            decodeDone(bytes, message)
          }
        } catch (error) {
          assert.ok(error instanceof PlaitError && error.id === 'net/no-answer', String(error))
        }
      }),
    )
  })
})
