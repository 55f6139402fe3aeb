// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UnderWay } from './under-way.ts'

test('UnderWay has a key until the last function under it has ended, however it ends', async () => {
  const underWay = new UnderWay()
  const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
  const runs = [first, second].map(({ promise }) => underWay.run('a', () => promise))
  assert.deepEqual([underWay.has('a'), underWay.has('b')], [true, false])
  first.resolve('done')
  assert.deepEqual([await runs[0], underWay.has('a')], ['done', true])
  second.reject(new Error('no'))
  await assert.rejects(async () => runs[1], { message: 'no' })
  assert.equal(underWay.has('a'), false)
})
