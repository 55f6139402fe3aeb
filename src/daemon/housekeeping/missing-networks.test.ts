// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { silentLog } from '../../base/index.ts'
import { ApiError } from '../../kubernetes/index.ts'
import type { UnattachedPod } from '../../multus/index.ts'
import { MissingNetworks } from './missing-networks.ts'
import type { MissingNetworksPolicy } from './settings.ts'

const signal = AbortSignal.timeout(60_000)
const alone = 'it has no controller'

function pod(name: string, obstacle?: string): UnattachedPod {
  const controller = obstacle === undefined ? `set-${name}` : undefined
  return { namespace: 'default', name, uid: `uid-${name}`, networks: ['default/lan'], controller, obstacle }
}

/** One of a set of pods, which are made again. */
function oneOf(controller: string, name: string): UnattachedPod {
  return { ...pod(name), controller }
}

function busy(retryAfterMs?: number): ApiError {
  const failure = { status: 429, reason: 'TooManyRequests', detail: 'budget', retryAfterMs }
  return new ApiError('kubernetes/busy', 'Cannot evict pod: budget', failure)
}

/** A node on which time passes when it is told to; what is done there reads as text. */
function scene(policy: MissingNetworksPolicy, answers: (boolean | Error)[] = []) {
  const lines: string[] = []
  let now = 0
  const missing = new MissingNetworks({
    policy,
    log: silentLog,
    now: () => now,
    audit: {
      tellUnattached: ({ name }, { isEvicted }) =>
        void lines.push(`${name} ${isEvicted ? 'is evicted' : 'is reported'}`),
      evict: async ({ name }) => {
        lines.push(`evict ${name}`)
        const answer = answers.shift() ?? true
        if (answer instanceof Error) throw answer
        return answer
      },
    },
  })
  return {
    /** What is done at the next look, some milliseconds later, and when it wants to look again. */
    look: async (passedMs: number, unattached: readonly UnattachedPod[], others: readonly string[] = []) => {
      now += passedMs
      const present = new Set([...unattached.map(({ uid }) => uid), ...others.map((name) => `uid-${name}`)])
      lines.length = 0
      const waitMs = await missing.look({ unattached, present, signal })
      return [...lines, waitMs]
    },
  }
}

describe('MissingNetworks', () => {
  test('does nothing about a pod that has its networks a moment later', async () => {
    const { look } = scene('evict')
    assert.deepEqual(await look(0, [pod('a')]), [1000])
    assert.deepEqual(await look(2000, []), [Infinity])
    assert.deepEqual(await look(2000, [pod('a')]), [1000])
  })

  test('reports each pod once', async () => {
    const { look } = scene('report')
    await look(0, [pod('a')])
    assert.deepEqual(await look(3000, [pod('a'), pod('b')]), ['a is reported', 1000])
    assert.deepEqual(await look(3000, [pod('a'), pod('b')]), ['b is reported', Infinity])
    assert.deepEqual(await look(3000, [pod('a'), pod('b')]), [Infinity])
  })

  test('evicts pods one at a time, the next when the one before is gone', async () => {
    const { look } = scene('evict')
    const both = [pod('a'), pod('b')]
    await look(0, both)
    assert.deepEqual(await look(3000, both), ['a is evicted', 'b is evicted', 'evict a', 5000])
    assert.deepEqual(await look(5000, [pod('b')], ['a']), [5000])
    assert.deepEqual(await look(5000, [pod('b')]), ['evict b', 5000])
  })

  test('does not wait for a pod that takes long to end', async () => {
    const { look } = scene('evict')
    await look(0, [pod('a'), pod('b')])
    await look(3000, [pod('a'), pod('b')])
    assert.deepEqual(await look(30_000, [pod('b')], ['a']), ['evict b', 5000])
  })

  test('only reports a pod that an eviction would not help, until that changes', async () => {
    const { look } = scene('evict')
    await look(0, [pod('a', alone)])
    assert.deepEqual(await look(3000, [pod('a', alone)]), ['a is reported', Infinity])
    assert.deepEqual(await look(3000, [pod('a', alone)]), [Infinity])
    assert.deepEqual(await look(3000, [pod('a')]), ['a is evicted', 'evict a', 5000])
  })

  test('tries again after longer and longer pauses while a budget refuses, and others meanwhile', async () => {
    const { look } = scene('evict', [busy(), true, busy(), busy(60_000)])
    const both = [pod('a'), pod('b')]
    await look(0, both)
    assert.deepEqual((await look(3000, both)).slice(2), ['evict a', 'evict b', 5000])
    assert.deepEqual(await look(4999, [pod('a')]), [5000])
    assert.deepEqual(await look(1, [pod('a')]), ['evict a', 5000])
    assert.deepEqual(await look(9999, [pod('a')]), [5000])
    assert.deepEqual(await look(1, [pod('a')]), ['evict a', 5000])
    assert.deepEqual(await look(59_999, [pod('a')]), [5000])
    assert.deepEqual(await look(1, [pod('a')]), ['evict a', 5000])
  })

  test('evicts what comes again without its networks after longer and longer pauses, and others meanwhile', async () => {
    const { look } = scene('evict')
    const [a1, a2, a3, a4] = ['a1', 'a2', 'a3', 'a4'].map((name) => oneOf('set-a', name))
    assert.ok(a1 && a2 && a3 && a4)
    await look(0, [a1, a2])
    assert.deepEqual((await look(3000, [a1, a2])).slice(2), ['evict a1', 5000])
    assert.deepEqual(await look(5000, [a2, a3]), ['evict a2', 1000])
    assert.deepEqual(await look(3000, [a3]), ['a3 is evicted', 5000])
    assert.deepEqual(await look(56_999, [a3]), [5000])
    assert.deepEqual(await look(1, [a3]), ['evict a3', 5000])
    await look(5000, [a4, pod('b')])
    assert.deepEqual((await look(3000, [a4, pod('b')])).slice(2), ['evict b', 5000])
    assert.deepEqual(await look(111_999, [a4]), [5000])
    assert.deepEqual(await look(1, [a4]), ['evict a4', 5000])
  })

  test('never pauses for longer than five minutes', async () => {
    const { look } = scene(
      'evict',
      Array.from({ length: 20 }, () => busy(3_600_000)),
    )
    await look(0, [pod('a')])
    await look(3000, [pod('a')])
    for (let turn = 0; turn < 10; turn++) {
      assert.deepEqual(await look(300_000, [pod('a')]), ['evict a', 5000])
    }
  })

  test('goes on with the next pod when one has changed or the API refuses', async () => {
    const { look } = scene('evict', [false, new Error('forbidden'), true])
    const all = ['a', 'b', 'c'].map((name) => pod(name))
    await look(0, all)
    assert.deepEqual((await look(3000, all)).slice(3), ['evict a', 'evict b', 'evict c', 5000])
  })
})
