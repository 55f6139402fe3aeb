// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dns1035Label, dnsLabel, dnsSubdomain, labelValue, pathSegment, qualifiedKey } from './names.ts'
import type { NameRule } from './names.ts'

interface Case {
  readonly rule: NameRule
  readonly name: string
  readonly fits: readonly string[]
  readonly not: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'an RFC 1123 label',
    rule: dnsLabel,
    fits: ['a', '0a-b'],
    not: ['', 'A', 'a.b', '-a', 'a-', 'a'.repeat(64)],
  },
  {
    name: 'an RFC 1123 subdomain',
    rule: dnsSubdomain,
    fits: ['a.b-c', '1'],
    not: ['', 'a..b', 'a_b', 'a'.repeat(254)],
  },
  { name: 'an RFC 1035 label', rule: dns1035Label, fits: ['a1'], not: ['1a', 'a.b'] },
  { name: 'a path segment', rule: pathSegment, fits: ['system:node', 'a b'], not: ['.', '..', 'a/b', 'a%b'] },
  {
    name: 'a label key',
    rule: qualifiedKey,
    fits: ['a', 'A_b.c', 'example.com/a'],
    not: ['', 'a/b/c', '/a', 'a/', 'a b', 'EX/a', 'a'.repeat(64)],
  },
  { name: 'a label value', rule: labelValue, fits: ['', 'a', 'A_b.c-d'], not: ['a b', '-a', 'a'.repeat(64)] },
]

describe('names', () => {
  for (const { name, rule, fits, not } of cases) {
    test(`of ${name}`, () => {
      for (const text of fits) assert.deepEqual(rule(text), [], JSON.stringify(text))
      for (const text of not) assert.notDeepEqual(rule(text), [], JSON.stringify(text))
    })
  }
})
