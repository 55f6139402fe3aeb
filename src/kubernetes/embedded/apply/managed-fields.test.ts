// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseFieldSet } from './field-set.ts'
import { boundOwnerships, formatOwnerships, ownershipsOf } from './managed-fields.ts'
import type { Ownership } from './managed-fields.ts'

const entry = {
  manager: 'me',
  operation: 'Apply',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': { 'f:a': {} } },
}

const updater = (index: number): Ownership => ({
  manager: `m${index}`,
  operation: 'Update',
  apiVersion: 'v1',
  subresource: '',
  time: `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`,
  fields: parseFieldSet({ [`f:x${index}`]: {} }),
})

describe('managedFields', () => {
  test('are read and written alike, with the subresource only where there is one', () => {
    const metadata = { managedFields: [entry, { ...entry, manager: 'status', subresource: 'status' }] }
    assert.deepEqual(formatOwnerships(ownershipsOf({ metadata })), metadata.managedFields)
  })

  test('leave out entries that cannot be read', () => {
    const metadata = {
      managedFields: [{ ...entry, operation: 'Guess' }, { ...entry, fieldsV1: 'x' }, 'no', entry],
    }
    assert.equal(ownershipsOf({ metadata }).length, 1)
  })

  test('leave out managers that own nothing', () => {
    assert.deepEqual(formatOwnerships([{ ...updater(1), fields: parseFieldSet({}) }]), [])
  })

  test('name the appliers first, then the updaters by time', () => {
    const applier: Ownership = { ...updater(9), operation: 'Apply', manager: 'a' }
    const managers = formatOwnerships([updater(2), updater(1), applier])
    assert.deepEqual(Array.isArray(managers) && managers.map((one: { manager: string }) => one.manager), [
      'a',
      'm1',
      'm2',
    ])
  })

  test('fold the oldest updaters together when there are more than ten', () => {
    const bounded = boundOwnerships(Array.from({ length: 12 }, (_, index) => updater(index)))
    assert.equal(bounded.length, 10)
    const folded = bounded.find((one) => one.manager === 'ancient-changes')
    assert.deepEqual([...(folded?.fields.children.keys() ?? [])], ['f:x0', 'f:x1', 'f:x2'])
  })
})
