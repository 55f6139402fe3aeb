// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isJsonObject } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { Namespace, runNft } from '../../src/linux/index.ts'
import { checkLeaks, makeHostAndContainer, runIn, skip } from './fixture.ts'

checkLeaks()

/** Why rules cannot be tried here; false when they can. */
function whyNotNft(): string | false {
  if (skip !== false) return skip
  using namespace = Namespace.create()
  try {
    runIn(namespace, 'nft', 'add', 'table', 'inet', 'probe')
    return false
  } catch (error) {
    return `nft cannot make a table here: ${String(error)}`
  }
}

const table = { family: 'inet', name: 'plait_test' }

function entries(answer: JsonValue): JsonObject[] {
  const list = isJsonObject(answer) ? answer['nftables'] : undefined
  return Array.isArray(list) ? list : []
}

describe('runNft()', { skip: whyNotNft() }, () => {
  test('carries out commands in the namespace of the handle', async (t) => {
    const { host, container } = makeHostAndContainer(t)
    assert.equal(await runNft(container, [{ add: { table } }]), null)
    assert.equal(runIn(container, 'nft', 'list', 'tables'), 'table inet plait_test\n')
    assert.equal(runIn(host, 'nft', 'list', 'tables'), '')
  })

  test('gives what is listed, and what was made when echo is wanted', async (t) => {
    const { container } = makeHostAndContainer(t)
    const chain = { family: 'inet', table: 'plait_test', name: 'c' }
    const echoed = entries(await runNft(container, [{ add: { table } }, { add: { chain } }], { echo: true }))
    assert.ok(
      echoed.some(
        ({ add }) =>
          isJsonObject(add) && isJsonObject(add['chain']) && typeof add['chain']['handle'] === 'number',
      ),
    )
    const listed = entries(await runNft(container, [{ list: { chains: null } }]))
    assert.ok(listed.some((entry) => isJsonObject(entry['chain']) && entry['chain']['name'] === 'c'))
  })

  test('does all or nothing, and fails with what nft says', async (t) => {
    const { container } = makeHostAndContainer(t)
    const commands = [{ add: { table } }, { add: { chain: { family: 'inet', table: 'nope', name: 'c' } } }]
    await assert.rejects(runNft(container, commands), {
      exitCode: 1,
      message: /^Cannot run nft -j -f \/proc\/self\/fd\/0: exit code 1: .*No such file or directory/s,
    })
    assert.equal(runIn(container, 'nft', 'list', 'tables'), '')
  })

  test('takes a large transaction', async (t) => {
    const { container } = makeHostAndContainer(t)
    const chain = { family: 'inet', table: 'plait_test', name: 'c' }
    const rules = Array.from({ length: 500 }, (_, index) => ({
      add: {
        rule: {
          ...chain,
          chain: 'c',
          name: undefined,
          expr: [{ counter: null }],
          comment: `${index} ${'x'.repeat(100)}`,
        },
      },
    }))
    await runNft(container, [{ add: { table } }, { add: { chain } }, ...rules])
    assert.equal(
      runIn(container, 'nft', 'list', 'chain', 'inet', 'plait_test', 'c').match(/counter/g)?.length,
      500,
    )
  })

  test('is stopped by its signal', async (t) => {
    const { container } = makeHostAndContainer(t)
    await assert.rejects(runNft(container, [], { signal: AbortSignal.abort(new Error('enough')) }), {
      message: 'enough',
    })
  })
})
