// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { constants } from 'node:os'
import { test } from 'node:test'
import { NetlinkError, isNetlinkError } from '../netlink/netlink-error.ts'
import { errnoCode, goErrnoText } from './errno.ts'

test('errnoCode() agrees with the C library', () => {
  for (const [code, errno] of Object.entries(constants.errno)) {
    // Linux has two names for each of these numbers.
    if (code === 'EWOULDBLOCK' || code === 'ENOTSUP') continue
    assert.equal(errnoCode(errno), code)
  }
})

test('goErrnoText() gives the texts that plugin messages end in', () => {
  const texts = {
    EEXIST: 'file exists',
    ENODEV: 'no such device',
    EPERM: 'operation not permitted',
    EINVAL: 'invalid argument',
    ENETUNREACH: 'network is unreachable',
    ESRCH: 'no such process',
    EBUSY: 'device or resource busy',
    ERANGE: 'numerical result out of range',
    EOPNOTSUPP: 'operation not supported',
  } as const
  for (const [code, text] of Object.entries(texts)) {
    const [errno] = Object.entries(constants.errno).flatMap(([name, value]) => (name === code ? [value] : []))
    assert.equal(goErrnoText(errno ?? 0), text)
  }
  assert.equal(goErrnoText(9999), 'errno 9999')
})

test('a NetlinkError says what was asked, what was answered and why', () => {
  const error = new NetlinkError({ errno: 17, request: 'RTM_NEWLINK macvlan net1', extack: 'name taken' })
  assert.equal(error.message, 'RTM_NEWLINK macvlan net1: file exists (name taken)')
  assert.deepEqual(
    [error.code, error.errnoText, error.id, error.extack],
    ['EEXIST', 'file exists', 'net/already-exists', 'name taken'],
  )
  assert.equal(new NetlinkError({ errno: 22, request: 'X' }).message, 'X: invalid argument')
})

test('isNetlinkError() looks at the code', () => {
  const error = new NetlinkError({ errno: 19, request: 'x' })
  assert.deepEqual(
    [isNetlinkError(error), isNetlinkError(error, 'EEXIST', 'ENODEV'), isNetlinkError(error, 'EEXIST')],
    [true, true, false],
  )
  assert.equal(isNetlinkError(new Error('x')), false)
})
