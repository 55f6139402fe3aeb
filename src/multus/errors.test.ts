// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PlaitError } from '../base/index.ts'
import { CniError } from '../cni/index.ts'
import { attachError, commandError, withPrefix } from './errors.ts'

const pod = { namespace: 'default', name: 'web', uid: 'u1' }

describe('commandError()', () => {
  test('names the pod as soon as it is known (ERR-1)', () => {
    assert.equal(commandError(new Error('x')).msg, 'Multus: x')
    assert.equal(commandError(new Error('x'), pod).msg, 'Multus: [default/web/u1]: x')
  })

  test('joins what led to it into one line', () => {
    const error = new Error('a', { cause: new Error('b', { cause: new Error('c\nd') }) })
    assert.equal(commandError(error, pod).msg, 'Multus: [default/web/u1]: a: b: c d')
  })

  test('keeps code and details of a CNI error on the way; upstream makes 999 of it (ERR-4)', () => {
    const inner = new CniError(7, 'bad config', { details: 'x' })
    const { code, msg, details } = commandError(inner)
    assert.deepEqual([code, msg, details], [7, 'Multus: bad config', 'x'])
    assert.equal(commandError(new Error('around', { cause: inner })).code, 7)
    assert.equal(commandError(new Error('x')).code, 999)
  })

  test('keeps the details of a CNI error out of the text, however deep it lies', () => {
    const inner = new CniError(5, 'disk full', { details: 'free space' })
    const { code, msg, details } = commandError(
      new Error('a', { cause: new Error('b', { cause: inner }) }),
      pod,
    )
    assert.deepEqual([code, msg, details], [5, 'Multus: [default/web/u1]: a: b: disk full', 'free space'])
  })

  test("says what to do in the details where upstream's text leaves it open", () => {
    const { msg, details } = commandError(new PlaitError('multus/annotation-invalid', 'x'))
    assert.deepEqual([msg, details], ['Multus: x', 'correct the annotation of the pod'])
    const explained = new CniError(999, 'y', { details: 'z', id: 'multus/annotation-invalid' })
    assert.equal(commandError(explained).details, 'z')
  })

  test('ends with a chain of causes that is circular', () => {
    const error = new Error('a')
    error.cause = error
    assert.match(commandError(error).msg, /^Multus: a/)
  })

  test('tells the runtime to try again what may succeed another time', () => {
    assert.equal(commandError(new PlaitError('kubernetes/unreachable', 'x')).code, 11)
    assert.equal(commandError(new Error('y', { cause: new PlaitError('multus/pod-replaced', 'x') })).code, 11)
    assert.equal(commandError(new PlaitError('multus/nad-missing', 'x')).code, 999)
  })
})

test('attachError() names the pod and the network (ERR-2)', () => {
  const error = attachError(new CniError(11, 'no address', { details: 'd' }), pod, 'lan')
  assert.equal(error.msg, '[default/web/u1:lan]: error adding container to network "lan": no address')
  assert.deepEqual([error.code, error.details, error.id], [11, 'd', 'multus/attach-failed'])
})

test('attachError() keeps the id of what led to it', () => {
  assert.equal(attachError(new PlaitError('net/master-missing', 'x'), pod, 'lan').id, 'net/master-missing')
})

test('withPrefix() puts a text before a failure and leaves success alone', async () => {
  assert.equal(await withPrefix('p', async () => 3), 3)
  const failing = withPrefix('p', async () => Promise.reject(new PlaitError('multus/nad-missing', 'x')))
  const error = await failing.catch((reason: unknown) => commandError(reason))
  assert.ok(error instanceof CniError)
  assert.deepEqual([error.msg, error.id], ['Multus: p: x', 'multus/nad-missing'])
})
