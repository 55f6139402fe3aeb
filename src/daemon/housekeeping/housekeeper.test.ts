// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { silentLog, waitFor } from '../../base/index.ts'
import type { CleaningReport } from '../../multus/index.ts'
import { Housekeeper } from './housekeeper.ts'
import { readHousekeepingInterval, readMissingNetworks } from './settings.ts'

const nothing: CleaningReport = { sandboxes: 0, released: 0, addresses: 0, left: 0, unsure: 0 }
const timing = { soonMs: 1, intervalMs: 60_000, startMs: 1000, roundMs: 1000 }

/** A cleaning whose rounds give these answers, in turn, and then nothing. */
function scripted(...answers: (CleaningReport | Error)[]) {
  const calls: string[] = []
  return {
    calls,
    afterBoot: async () => {
      calls.push('afterBoot')
      return nothing
    },
    round: async () => {
      calls.push('round')
      const answer = answers.shift() ?? nothing
      if (answer instanceof Error) throw answer
      return answer
    },
  }
}

describe('Housekeeper', () => {
  test('has looked after the boot when it has started, and begins its rounds soon', async () => {
    const cleaning = scripted()
    await using _housekeeper = await Housekeeper.start({ cleaning, log: silentLog, timing })
    assert.deepEqual(cleaning.calls, ['afterBoot'])
    await waitFor(() => cleaning.calls.includes('round'), { timeoutMs: 2000, what: 'a round' })
  })

  test('comes back soon while something is left or a round has failed', async () => {
    const cleaning = scripted({ ...nothing, left: 1 }, { ...nothing, unsure: 1 }, new Error('disk'))
    const reports: CleaningReport[] = []
    const onRound = (report: CleaningReport): void => void reports.push(report)
    await using _housekeeper = await Housekeeper.start({ cleaning, log: silentLog, timing, onRound })
    await waitFor(() => cleaning.calls.length === 5, { timeoutMs: 2000, what: 'four rounds' })
    assert.deepEqual(
      reports.map(({ left, unsure }) => [left, unsure]),
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [0, 0],
      ],
    )
  })

  test('starts although the look after the boot fails or hangs', async () => {
    const afterBoot = async (signal: AbortSignal): Promise<CleaningReport> => {
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
      })
      return nothing
    }
    const cleaning = { ...scripted(), afterBoot }
    await using _housekeeper = await Housekeeper.start({
      cleaning,
      log: silentLog,
      timing: { ...timing, startMs: 10 },
    })
  })

  test('ends at once, also while it waits', async () => {
    const cleaning = scripted()
    const housekeeper = await Housekeeper.start({ cleaning, log: silentLog, timing: { soonMs: 60_000 } })
    await housekeeper[Symbol.asyncDispose]()
    assert.deepEqual(cleaning.calls, ['afterBoot'])
  })
})

describe('housekeepingIntervalSeconds', () => {
  test('is five minutes unless the file says otherwise', () => {
    assert.equal(readHousekeepingInterval({}, 'f'), 300_000)
    assert.equal(readHousekeepingInterval({ HousekeepingIntervalSeconds: 60 }, 'f'), 60_000)
    assert.equal(readHousekeepingInterval({ housekeepingIntervalSeconds: 0 }, 'f'), 0)
  })

  test('is refused where it would keep the node busy', () => {
    for (const housekeepingIntervalSeconds of [1, -5, 100_000]) {
      assert.throws(() => readHousekeepingInterval({ housekeepingIntervalSeconds }, 'f'), {
        id: 'daemon/config-invalid',
        message: /f: housekeepingIntervalSeconds is .*, and must be 0, or from 10 to 86400$/,
      })
    }
  })
})

describe('missingNetworks', () => {
  test('is to report unless the file says otherwise', () => {
    assert.equal(readMissingNetworks({}, 'f'), 'report')
    assert.equal(readMissingNetworks({ MissingNetworks: 'evict' }, 'f'), 'evict')
  })

  test('is refused where nobody knows what is meant', () => {
    assert.throws(() => readMissingNetworks({ missingNetworks: 'delete' }, 'f'), {
      id: 'daemon/config-invalid',
      message: /f: missingNetworks is "delete", and must be "report" or "evict"$/,
    })
  })
})
