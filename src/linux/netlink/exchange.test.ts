// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeRequest } from './codec/envelope.ts'
import type { ByteWriter } from './codec/byte-writer.ts'
import { NLM_F_DUMP_INTR, NLM_F_MULTI, NLMSG_DONE, NLMSG_ERROR } from './constants/netlink.ts'
import { encodeKernelRequest, receiveAnswer, untilConsistent } from './exchange.ts'

const [port, sequence] = [4242, 7]

interface Part {
  readonly type: number
  readonly flags?: number
  readonly sequence?: number
  readonly port?: number
  readonly body?: (out: ByteWriter) => void
}

function encode(part: Part): Buffer {
  const bytes = encodeRequest(
    { type: part.type, flags: part.flags ?? 0, sequence: part.sequence ?? sequence },
    part.body ?? ((out) => out.uint(0, 4)),
  )
  bytes.writeUInt32LE(part.port ?? port, 12)
  return bytes
}

/** A socket that has these datagrams for its reader, and counts what is read. */
function fakeSocket(...datagrams: readonly (readonly Part[])[]): {
  port: number
  receive(): { bytes: Buffer; length: number }
  left: Buffer[]
} {
  const left = datagrams.map((parts) => Buffer.concat(parts.map(encode)))
  const receive = (): { bytes: Buffer; length: number } => {
    const datagram = left.shift()
    assert.ok(datagram, 'reads more than there is')
    // Longer than the datagram, as the real buffer is, with the remains of an earlier one behind it.
    return { bytes: Buffer.concat([datagram, Buffer.alloc(64, 0xee)]), length: datagram.length }
  }
  return { port, receive, left }
}

const message = (value: number, more: Partial<Part> = {}): Part => ({
  type: 16,
  flags: NLM_F_MULTI,
  body: (out) => out.uint(value, 4),
  ...more,
})
const done: Part = { type: NLMSG_DONE, flags: NLM_F_MULTI }
const acknowledgement = (errno: number): Part => ({
  type: NLMSG_ERROR,
  body: (out) => {
    out.uint(-errno, 4)
    out.uint(16, 4)
    out.zeros(12)
  },
})

function read(socket: ReturnType<typeof fakeSocket>): {
  values: number[]
  errno: number
  interrupted: boolean
} {
  const values: number[] = []
  const { errno, interrupted } = receiveAnswer(
    socket,
    { request: { label: 'test' }, sequence },
    (bytes, start) => {
      values.push(bytes.readUInt32LE(start))
      return false
    },
  )
  return { values, errno, interrupted }
}

describe('receiveAnswer()', () => {
  test('gathers a list from several datagrams up to its end', () => {
    const socket = fakeSocket([message(1), message(2)], [message(3)], [done], [message(4)])
    assert.deepEqual(read(socket), { values: [1, 2, 3], errno: 0, interrupted: false })
    assert.equal(socket.left.length, 1)
  })

  test('skips what answers another request, or another socket', () => {
    const socket = fakeSocket(
      [message(1, { sequence: 6 }), { ...acknowledgement(1), sequence: 6 }],
      [message(2, { port: 1 }), message(3), done],
    )
    assert.deepEqual(read(socket).values, [3])
  })

  test('notices that a list changed while it was read, in any of its messages', () => {
    assert.equal(
      read(fakeSocket([message(1, { flags: NLM_F_DUMP_INTR }), message(2), done])).interrupted,
      true,
    )
    assert.equal(read(fakeSocket([message(1)], [{ ...done, flags: NLM_F_DUMP_INTR }])).interrupted, true)
  })

  test('gives the error that ends an answer', () => {
    assert.equal(read(fakeSocket([acknowledgement(17)])).errno, 17)
    assert.equal(read(fakeSocket([message(1), { ...done, body: (out) => out.uint(-2, 4) }])).errno, 2)
    assert.equal(read(fakeSocket([acknowledgement(0)])).errno, 0)
  })

  test('stops at the message that is the whole answer', () => {
    const socket = fakeSocket([message(1, { flags: 0 })], [message(2)])
    const outcome = receiveAnswer(socket, { request: { label: 'test' }, sequence }, () => true)
    assert.deepEqual([outcome.errno, socket.left.length], [0, 1])
  })
})

test('encodeKernelRequest() marks every request as one', () => {
  const request = { type: 16, flags: 0x600, label: 'x', body: (out: ByteWriter) => out.uint(1, 4) }
  const bytes = encodeKernelRequest(request, 4, 9)
  assert.deepEqual(
    [bytes.readUInt32LE(0), bytes.readUInt16LE(4), bytes.readUInt16LE(6), bytes.readUInt32LE(8)],
    [20, 16, 0x605, 9],
  )
})

test('untilConsistent() reads again while the list changes, but five times at most', () => {
  let reads = 0
  const changing = (until: number) => () => ({ items: [++reads], interrupted: reads < until })
  assert.deepEqual(untilConsistent(changing(3)), [3])
  reads = 0
  assert.deepEqual(untilConsistent(changing(1000)), [5])
})
