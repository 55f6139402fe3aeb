// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../base/index.ts'
import { builtinType } from '../schema/builtin-types.ts'
import { formatFieldSet } from './field-set.ts'
import type { Ownership } from './managed-fields.ts'
import { applyConfig } from './server-side-apply.ts'
import type { Applied } from './server-side-apply.ts'
import { ownershipsAfterUpdate } from './track.ts'

const time = '2026-01-01T00:00:00Z'

interface State {
  readonly object: JsonObject
  readonly ownerships: readonly Ownership[]
}

const start: State = { object: {}, ownerships: [] }

function apply(
  state: State,
  manager: string,
  config: JsonObject,
  { type = 'ConfigMap', force = false } = {},
): Applied {
  const key = { manager, operation: 'Apply' as const, apiVersion: 'v1', subresource: '' }
  return applyConfig(state.object, state.ownerships, { key, config, schema: builtinType(type), force, time })
}

function update(state: State, manager: string, object: JsonObject): State {
  const key = { manager, operation: 'Update' as const, apiVersion: 'v1', subresource: '' }
  const writer = { key, schema: builtinType('ConfigMap'), time }
  return { object, ownerships: ownershipsAfterUpdate(state.object, object, state.ownerships, writer) }
}

const ownedBy = ({ ownerships }: State, manager: string) => {
  const found = ownerships.find((one) => one.manager === manager)
  return found === undefined ? undefined : formatFieldSet(found.fields)
}

describe('server-side apply', () => {
  test('sets what the configuration says and leaves the rest', () => {
    const state = apply({ ...start, object: { data: { other: 'o' } } }, 'me', { data: { a: '1' } })
    assert.deepEqual(state.object, { data: { other: 'o', a: '1' } })
    assert.deepEqual(ownedBy(state, 'me'), { 'f:data': { 'f:a': {} } })
  })

  test('removes what the manager applied before and no longer names', () => {
    const first = apply(start, 'me', { data: { a: '1', b: '2' } })
    assert.deepEqual(apply(first, 'me', { data: { a: '1' } }).object, { data: { a: '1' } })
    assert.deepEqual(apply(first, 'me', {}).object, {})
  })

  test('keeps a field that another manager owns too', () => {
    const first = apply(start, 'me', { data: { a: '1' } })
    const both = apply(first, 'you', { data: { a: '1' } })
    assert.deepEqual(apply(both, 'me', {}).object, { data: { a: '1' } })
  })

  test('refuses to change what another manager owns, and says what and whose', () => {
    const first = apply(start, 'you', { data: { a: '1', b: '1' } })
    assert.throws(() => apply(first, 'me', { data: { a: '2' } }), {
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "you": .data.a',
    })
    assert.throws(() => apply(first, 'me', { data: { a: '2', b: '2' } }), {
      message: 'Apply failed with 2 conflicts: conflicts with "you":\n- .data.a\n- .data.b',
    })
  })

  test('names the moment of an update that it conflicts with', () => {
    const state = update(start, 'editor', { data: { a: '1' } })
    assert.throws(
      () => apply(state, 'me', { data: { a: '2' } }),
      /conflict with "editor" using v1 at 2026-01-01T00:00:00Z: \.data\.a/,
    )
  })

  test('takes a field over by force, and the other loses it', () => {
    const first = apply(start, 'you', { data: { a: '1', b: '1' } })
    const forced = apply(first, 'me', { data: { a: '2' } }, { force: true })
    assert.deepEqual(forced.object, { data: { a: '2', b: '1' } })
    assert.deepEqual(ownedBy(forced, 'you'), { 'f:data': { 'f:b': {} } })
  })

  test('loses to an update, which needs no force', () => {
    const state = update(apply(start, 'me', { data: { a: '1' } }), 'editor', { data: { a: '9' } })
    assert.deepEqual(ownedBy(state, 'editor'), { 'f:data': { 'f:a': {} } })
    assert.deepEqual(ownedBy(state, 'me'), {})
  })

  test('merges keyed lists by their keys, in the order of the configuration', () => {
    const live = {
      containers: [
        { name: 'sidecar', image: 's' },
        { name: 'a', image: '1', workingDir: '/' },
      ],
    }
    const config = {
      containers: [
        { name: 'a', image: '2' },
        { name: 'b', image: '1' },
      ],
    }
    const { object } = apply({ ...start, object: live }, 'me', config, { type: 'PodSpec' })
    assert.deepEqual(object['containers'], [
      { name: 'sidecar', image: 's' },
      { name: 'a', image: '2', workingDir: '/' },
      { name: 'b', image: '1' },
    ])
  })

  test('removes an item that only it owned, with what was filled in since', () => {
    const first = apply(
      start,
      'me',
      {
        containers: [
          { name: 'a', image: '1' },
          { name: 'b', image: '1' },
        ],
      },
      { type: 'PodSpec' },
    )
    const defaulted = {
      ...first,
      object: {
        containers: [
          { name: 'a', image: '1' },
          { name: 'b', image: '1', resources: {} },
        ],
      },
    }
    const second = apply(defaulted, 'me', { containers: [{ name: 'a', image: '1' }] }, { type: 'PodSpec' })
    assert.deepEqual(second.object, { containers: [{ name: 'a', image: '1' }] })
  })

  test('leaves an item of which another manager owns a field', () => {
    const first = apply(start, 'me', { containers: [{ name: 'a', image: '1' }] }, { type: 'PodSpec' })
    const both = apply(first, 'you', { containers: [{ name: 'a', workingDir: '/' }] }, { type: 'PodSpec' })
    const { object } = apply(both, 'me', {}, { type: 'PodSpec' })
    assert.deepEqual(object, { containers: [{ name: 'a', workingDir: '/' }] })
  })

  test('removes an item that it owned even if somebody updated a field of it', () => {
    const first = apply(start, 'me', { containers: [{ name: 'a' }] }, { type: 'PodSpec' })
    const key = { manager: 'editor', operation: 'Update' as const, apiVersion: 'v1', subresource: '' }
    const object = { containers: [{ name: 'a', workingDir: '/' }] }
    const ownerships = ownershipsAfterUpdate(first.object, object, first.ownerships, {
      key,
      schema: builtinType('PodSpec'),
      time,
    })
    assert.deepEqual(apply({ object, ownerships }, 'me', {}, { type: 'PodSpec' }).object, { containers: [] })
  })

  test('keeps both orders of a list where they do not contradict one another', () => {
    const named = (names: string) => Array.from(names, (name) => ({ name }))
    const merged = (live: string, config: string) =>
      apply(
        { ...start, object: { containers: named(live) } },
        'me',
        { containers: named(config) },
        { type: 'PodSpec' },
      ).object
    assert.deepEqual(merged('abcd', 'dz'), { containers: named('abcdz') })
    assert.deepEqual(merged('adcb', 'dba'), { containers: named('dcba') })
    assert.deepEqual(merged('xay', 'ab'), { containers: named('xayb') })
  })

  test('owns neither name nor version nor kind', () => {
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'b' },
      data: { a: '1' },
    }
    assert.deepEqual(ownedBy(apply(start, 'me', config), 'me'), { 'f:data': { 'f:a': {} } })
  })
})
