// SPDX-License-Identifier: Apache-2.0

// For the tests of one plugin: what its ADD makes, and what it refuses.

import assert from 'node:assert/strict'
import type { JsonObject } from '../../src/base/index.ts'
import type { Plugin } from '../../src/plugins/kit/define-plugin.ts'
import { Bench } from '../../src/plugins/kit/test-plugin.ts'
import type { Container, PluginCases } from '../../src/plugins/kit/test-plugin.ts'

/** A container after its ADD. */
export interface Added {
  readonly bench: Bench
  readonly container: Container
  readonly result: JsonObject
}

/** Runs `body` with the result of an ADD on a bench of its own. */
export async function withAddOf(
  plugin: Plugin,
  cases: PluginCases,
  body: (added: Added) => void | Promise<void>,
): Promise<void> {
  using bench = await Bench.create(plugin, cases)
  const container = bench.addContainer()
  const result = await bench.run('ADD', container, bench.configFor(container))
  assert.ok(result)
  await body({ bench, container, result })
}

/** Holds an ADD with these keys to an error of this text, and to leaving nothing. */
export async function assertAddRefused(bench: Bench, config: JsonObject, expected: RegExp): Promise<void> {
  const container = bench.addContainer()
  const before = bench.describe(container)
  await assert.rejects(bench.run('ADD', container, { ...bench.configFor(container), ...config }), (error) => {
    assert.match(String(error), expected)
    return true
  })
  await bench.expectState(before, container)
}
