// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatIp } from '../../base/index.ts'
import { defaultFamilyOf, gatewayFilters, planDefaultRoutes } from './default-route.ts'

const requests = (...lists: (readonly string[] | undefined)[]) =>
  lists.map((defaultRoute) => (defaultRoute === undefined ? {} : { defaultRoute }))

/** One line per attachment: what is removed and what is added. */
function plan(...lists: (readonly string[] | undefined)[]): readonly string[] {
  return planDefaultRoutes(requests(...lists)).map(({ remove, add }) =>
    [...remove.map((family) => `-v${family}`), ...add.map((gateway) => `+${formatIp(gateway)}`)].join(' '),
  )
}

describe('planDefaultRoutes()', () => {
  test('does nothing when nobody asks', () => {
    assert.deepEqual(plan(undefined, undefined), ['', ''])
  })

  test('moves the default route of one family and leaves the other alone', () => {
    assert.deepEqual(plan(undefined, ['192.168.2.1']), ['-v4', '-v4 +192.168.2.1'])
    assert.deepEqual(plan(undefined, ['fd00::1']), ['-v6', '-v6 +fd00::1'])
  })

  test('moves both families, to one attachment or to two (GW-1)', () => {
    assert.deepEqual(plan(undefined, undefined, ['10.0.0.1', 'fd00::1']), [
      '-v4 -v6',
      '-v4 -v6',
      '-v4 -v6 +10.0.0.1 +fd00::1',
    ])
    assert.deepEqual(plan(undefined, ['10.0.0.1'], ['fd00::1']), [
      '-v4 -v6',
      '-v4 -v6 +10.0.0.1',
      '-v4 -v6 +fd00::1',
    ])
  })

  test('lets the default network itself name a gateway (GW-3)', () => {
    assert.deepEqual(plan(['10.88.0.254']), ['-v4 +10.88.0.254'])
  })

  test('takes an empty list for "no default route here" and touches no other attachment (GW-4)', () => {
    assert.deepEqual(plan(undefined, []), ['', '-v4 -v6'])
    assert.deepEqual(plan(undefined, [], ['10.0.0.1']), ['-v4', '-v4 -v6', '-v4 +10.0.0.1'])
  })

  test('refuses two gateways of one family, on one attachment or on two (GW-1)', () => {
    for (const lists of [
      [['10.0.0.1', '10.0.0.2']],
      [['10.0.0.1'], ['10.0.1.1']],
      [undefined, ['fd00::1'], ['10.0.0.1', 'fd00::2']],
    ]) {
      assert.throws(() => plan(...lists), {
        id: 'multus/default-route-conflict',
        message: 'multus does not support ECMP for default-route',
      })
    }
  })
})

test("gatewayFilters() are the flags of upstream's cache file (GW-2, GW-4)", () => {
  const filters = (...lists: (readonly string[] | undefined)[]) =>
    gatewayFilters(requests(...lists)).map(({ v4, v6 }) => `${v4} ${v6}`)
  assert.deepEqual(filters(undefined, undefined), ['false false', 'false false'])
  assert.deepEqual(filters(undefined, ['10.0.0.1']), ['true true', 'false true'])
  assert.deepEqual(filters(undefined, ['10.0.0.1', 'fd00::1']), ['true true', 'false false'])
  assert.deepEqual(filters(undefined, []), ['true true', 'true true'])
})

test('defaultFamilyOf() knows every spelling of a default destination (GW-9)', () => {
  assert.equal(defaultFamilyOf('0.0.0.0/0'), 4)
  for (const text of ['::/0', '::0/0', '0:0:0:0:0:0:0:0/0']) assert.equal(defaultFamilyOf(text), 6)
  for (const text of ['0.0.0.0/1', '10.0.0.0/8', 'default', ''])
    assert.equal(defaultFamilyOf(text), undefined)
})
