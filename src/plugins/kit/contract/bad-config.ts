// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { assert as check, asyncProperty, boolean, constant, double, integer, oneof, string } from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonObject, JsonValue } from '../../../base/index.ts'
import { isJsonObject } from '../../../base/index.ts'
import { CniError } from '../../../cni/index.ts'
import { configRows } from '../config-table.ts'
import type { ConfigRow } from '../config-table.ts'
import type { Bench } from './bench.ts'

/** Keys that every network has. */
export const sharedRows: readonly ConfigRow[] = [
  { key: 'ipam', type: 'object', required: false, about: '' },
  { key: 'ipam.type', type: 'string', required: false, about: '' },
  { key: 'dns.nameservers', type: 'list of string', required: false, about: '' },
]

/** Every key of the schema with values of every other type. */
export function testBadConfig(bench: () => Bench): void {
  void it('refuses a value of the wrong type for any key in one line that names it, and changes nothing', async () => {
    const container = bench().addContainer()
    const config = bench().configFor(container)
    const before = bench().describe(container)
    for (const row of [...sharedRows, ...configRows(bench().plugin)]) {
      await check(
        asyncProperty(wrongValue(row.type), async (value) => {
          const bad = replaceAt(config, row.key, value)
          await assert.rejects(bench().run('ADD', container, bad), (error) => isClearRefusal(error, row.key))
          // The attachment must be deletable all the same: nothing keeps a pod from going away.
          await bench().run('DEL', container, bad)
        }),
        { numRuns: 8 },
      )
    }
    await bench().expectState(before, container)
  })
}

function isClearRefusal(error: unknown, key: string): boolean {
  assert.ok(error instanceof CniError)
  // Around a bad key in a list of objects other keys are missing, and either may be named.
  const names = key.replaceAll('[]', '').split('.').slice(-2)
  const isNamed = names.some((name) => error.message.includes(name))
  assert.ok(isNamed, `"${error.message}" does not name ${key}`)
  assert.ok(!error.message.includes('\n'))
  assert.ok(error.code === 6 || error.code === 7, `code ${error.code}`)
  return true
}

const samples: Readonly<Record<string, Arbitrary<JsonValue>>> = {
  string: string(),
  integer: integer(),
  // NaN would be null in JSON, which is as good as absent.
  fraction: double({ min: 0.1, max: 0.9, noNaN: true }),
  boolean: boolean(),
  object: constant({ a: 1 }),
  list: constant([1, {}]),
}

/** Values of any other type than the one that a row of the table names. */
export function wrongValue(type: string): Arbitrary<JsonValue> {
  const right = type.startsWith('list') ? 'list' : type
  const wrong = Object.entries(samples).filter(([name]) => name !== right)
  return oneof(...wrong.map(([, arbitrary]) => arbitrary))
}

/** A copy of a configuration with one value replaced; lists on the way get that one item. */
export function replaceAt(config: JsonObject, key: string, value: JsonValue): JsonObject {
  const [head = '', ...tail] = key.split('.')
  const name = head.replaceAll('[]', '')
  const depth = (head.length - name.length) / 2
  const inner = config[name]
  if (tail.length === 0) return { ...config, [name]: value }
  const replaced = replaceAt(isJsonObject(inner) ? inner : {}, tail.join('.'), value)
  return { ...config, [name]: wrap(replaced, depth) }
}

function wrap(value: JsonValue, depth: number): JsonValue {
  return depth === 0 ? value : [wrap(value, depth - 1)]
}
