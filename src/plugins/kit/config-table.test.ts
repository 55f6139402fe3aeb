// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { array, check, description, exactOptional, object, pipe, string } from 'valibot'
import { configRows, formatConfigTable } from './config-table.ts'
import { optionalCount, optionalSwitch, optionalText } from './schema-fields.ts'

const schemas = {
  config: object({
    mode: exactOptional(
      pipe(
        string(),
        check((text) => text !== 'x', 'no'),
        description('One | other.'),
      ),
    ),
    sets: exactOptional(
      pipe(array(array(object({ subnet: pipe(string(), description('A CIDR.')) }))), description('Sets.')),
    ),
    size: optionalCount('How many.'),
  }),
  runtimeConfig: object({ mac: optionalText('MAC.') }),
  configArgs: object({ on: optionalSwitch('Whether.') }),
}

describe('configRows()', () => {
  it('lists every key under its path in a configuration', () => {
    const keys = configRows({ kind: 'ipam', schemas }).map(({ key, type }) => `${key}: ${type}`)
    assert.deepEqual(keys, [
      'ipam.mode: string',
      'ipam.sets: list of list of object',
      'ipam.sets[][].subnet: string',
      'ipam.size: integer',
      'runtimeConfig.mac: string',
      'args.cni.on: boolean',
    ])
  })

  it('gives the keys of a main plugin without a prefix', () => {
    assert.equal(configRows({ kind: 'main', schemas })[0]?.key, 'mode')
  })
})

describe('formatConfigTable()', () => {
  it('writes Markdown in which a bar of the text does not end the cell', () => {
    const table = formatConfigTable(configRows({ kind: 'main', schemas }))
    assert.match(
      table,
      /^\| key \| type \| meaning \|\n\|---\|---\|---\|\n\| `mode` \| string \| One \\\| other\. \|$/m,
    )
    assert.match(table, /\| `sets\[\]\[\]\.subnet` \| string \| A CIDR\. Required\. \|/)
  })
})
