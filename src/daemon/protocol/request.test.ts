// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { encodeField, encodeNumber } from './fields.ts'
import { protocolLimits } from './limits.ts'
import { decodeShimRequest, encodeShimRequest } from './request.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 20 })
const name = text.map((value) => value.replaceAll('=', '_'))
const requests = fc.record(
  {
    program: text,
    environment: fc.dictionary(name, text, { maxKeys: 8, noNullPrototype: true }),
    stdin: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  },
  { noNullPrototype: true },
)

function payloadOf(variables: readonly string[]): Buffer {
  const fields = variables.map((variable) => encodeField(variable))
  return Buffer.concat([encodeField('macvlan'), encodeNumber(fields.length), ...fields, encodeField('{}')])
}

describe('decodeShimRequest()', () => {
  test('undoes encodeShimRequest()', () => {
    fc.assert(
      fc.property(requests, (request) => {
        assert.deepEqual(decodeShimRequest(encodeShimRequest(request)), request)
      }),
    )
  })

  test('throws nothing but a ProtocolError, whatever the bytes', () => {
    const changed = fc.tuple(requests, fc.nat(), fc.nat(255)).map(([request, at, value]) => {
      const payload = encodeShimRequest(request)
      payload[at % payload.length] = value
      return payload
    })
    const anything = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(changed, anything), (payload) => {
        try {
          decodeShimRequest(payload)
        } catch (error) {
          assert.ok(error instanceof Error)
          assert.equal(error.name, 'ProtocolError')
        }
      }),
    )
  })

  test('takes the first of two values and keeps what follows the first "="', () => {
    const { environment } = decodeShimRequest(payloadOf(['CNI_ARGS=a=b', 'CNI_ARGS=c', '__proto__=x']))
    assert.deepEqual(Object.entries(environment), [
      ['CNI_ARGS', 'a=b'],
      ['__proto__', 'x'],
    ])
  })

  test('refuses a variable without "="', () => {
    assert.throws(() => decodeShimRequest(payloadOf(['CNI_ARGS'])), {
      message: 'Cannot read a REQUEST frame: a variable has no "="',
    })
  })

  test('refuses bytes after the last field', () => {
    assert.throws(() => decodeShimRequest(Buffer.concat([payloadOf([]), Buffer.from('xy')])), {
      message: 'Cannot read a REQUEST frame: 2 bytes follow its last field',
    })
  })

  test('refuses more variables than allowed without reading them', () => {
    const payload = Buffer.concat([encodeField('x'), encodeNumber(protocolLimits.variables + 1)])
    assert.throws(() => decodeShimRequest(payload), { message: /it has 4097 variables/ })
  })
})
