// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkIsolation } from './isolation.ts'

const rules = (globalNamespaces: readonly string[]) => ({ namespaceIsolation: true, globalNamespaces })

describe('checkIsolation()', () => {
  test('lets everything through when it is off', () => {
    checkIsolation({ namespaceIsolation: false, globalNamespaces: [] }, 'a', 'b')
  })

  test('lets the own namespace and the listed ones through (ISO-2)', () => {
    checkIsolation(rules([]), 'a', 'a')
    checkIsolation(rules(['default', 'shared']), 'a', 'shared')
  })

  test('takes "default" for no more than the list says (ISO-3)', () => {
    checkIsolation(rules(['default']), 'a', 'default')
    assert.throws(() => checkIsolation(rules(['shared']), 'a', 'default'))
  })

  test("refuses others in upstream's words (ISO-4)", () => {
    assert.throws(() => checkIsolation(rules(['default']), 'default', 'other'), {
      id: 'multus/namespace-isolation',
      message:
        'namespace isolation enabled, annotation violates permission, pod is in namespace default but refers to target namespace other',
    })
  })

  test('compares exactly: no wildcards, no blanks', () => {
    for (const listed of ['*', 'othe', 'other ', 'Other']) {
      assert.throws(() => checkIsolation(rules([listed]), 'a', 'other'), listed)
    }
  })
})
