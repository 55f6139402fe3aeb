// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { errorFromConnection } from './connection-error.ts'

const request = {
  attempt: 'get pod default/web',
  method: 'GET',
  url: 'https://10.96.0.1/api/v1/namespaces/default/pods/web',
}
const systemError = (code: string): Error =>
  Object.assign(new Error(`connect ${code} 10.96.0.1:443`), { code })

describe('errorFromConnection()', () => {
  for (const [code, id, words] of [
    ['ECONNREFUSED', 'kubernetes/unreachable', 'dial tcp 10.96.0.1:443: connect: connection refused'],
    ['EHOSTUNREACH', 'kubernetes/unreachable', 'dial tcp 10.96.0.1:443: connect: no route to host'],
    ['ENETUNREACH', 'kubernetes/unreachable', 'dial tcp 10.96.0.1:443: connect: network is unreachable'],
    ['CERT_HAS_EXPIRED', 'kubernetes/certificate', 'connect CERT_HAS_EXPIRED 10.96.0.1:443'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'kubernetes/certificate',
      'connect UNABLE_TO_VERIFY_LEAF_SIGNATURE 10.96.0.1:443',
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'kubernetes/certificate',
      'connect ERR_TLS_CERT_ALTNAME_INVALID 10.96.0.1:443',
    ],
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'kubernetes/unauthorized',
      'connect ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED 10.96.0.1:443',
    ],
    [
      'ERR_OSSL_PEM_NO_START_LINE',
      'kubernetes/credentials',
      'connect ERR_OSSL_PEM_NO_START_LINE 10.96.0.1:443',
    ],
    ['EPROTO', 'kubernetes/unreachable', 'connect EPROTO 10.96.0.1:443'],
  ] as const) {
    it(`gives ${id} for ${code}, with Go's words where people look for them`, () => {
      const error = errorFromConnection(request, systemError(code))
      assert.equal(error.id, id)
      assert.equal(error.detail, `Get "${request.url}": ${words}`)
      assert.match(error.message, /^Cannot get pod default\/web: https:\/\/10\.96\.0\.1: .+; /)
    })
  }

  it('looks into the failures of several addresses of one name', () => {
    const error = errorFromConnection(
      request,
      new AggregateError([systemError('ECONNREFUSED'), systemError('EPIPE')]),
    )
    assert.match(error.message, /: connection refused;/)
  })
})
