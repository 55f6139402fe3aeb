// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { decodeShimReply, encodeShimReply } from './reply.ts'

test('decodeShimReply() undoes encodeShimReply()', () => {
  const stdout = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes))
  const replies = fc.record({ exitCode: fc.nat(255), stdout }, { noNullPrototype: true })
  fc.assert(fc.property(replies, (reply) => assert.deepEqual(decodeShimReply(encodeShimReply(reply)), reply)))
})

test('decodeShimReply() refuses a payload without an exit code', () => {
  assert.throws(() => decodeShimReply(Buffer.alloc(0)), { id: 'daemon/protocol-violated' })
})
