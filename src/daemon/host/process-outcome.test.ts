// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { killedBecause } from '../protocol/exec.ts'
import { hostEnvironment } from './host-environment.ts'
import { processOutcome } from './process-outcome.ts'

const printed = { stdout: Buffer.from('out'), stderr: Buffer.from('err') }
const ended = {
  id: 1,
  outcome: 'ended',
  killed: killedBecause.no,
  exitCode: 0,
  signal: 0,
  ...printed,
} as const
const text = { stdout: 'out', stderr: 'err' }

describe('processOutcome()', () => {
  test('speaks of the end of a program as of one that ran here', () => {
    assert.deepEqual(processOutcome(ended, '/b/x'), text)
    assert.deepEqual(processOutcome({ ...ended, exitCode: 2 }, '/b/x'), { ...text, failure: 'exit status 2' })
    assert.deepEqual(processOutcome({ ...ended, signal: 15 }, '/b/x'), {
      ...text,
      failure: 'signal: terminated',
    })
  })

  test('says why the shim has ended one', () => {
    const reasons = Object.values(killedBecause).map(
      (killed) => processOutcome({ ...ended, killed, signal: 9 }, '/b/x').killed,
    )
    assert.deepEqual(reasons, [undefined, 'deadline', 'output', 'signal'])
  })

  test('names what kept one from starting, known or not', () => {
    const start = (errno: number) => processOutcome({ id: 1, outcome: 'not started', errno }, '/b/x')
    assert.equal(start(2).failure, 'fork/exec /b/x: no such file or directory')
    assert.deepEqual([start(26).failure, start(26).busy], ['fork/exec /b/x: text file busy', true])
    assert.equal(start(4_000_000_000).failure, 'fork/exec /b/x: errno 4000000000')
  })

  test('throws what the shim says when it refuses one', () => {
    assert.throws(() => processOutcome({ id: 1, outcome: 'refused', reason: 'no' }, '/b/x'), {
      id: 'daemon/host-refused',
      message: 'Cannot run /b/x on the host: the shim refuses it: no',
    })
  })
})

describe('hostEnvironment()', () => {
  test('passes the variables of CNI and of tracing on, and nothing of this machine', () => {
    const env = {
      CNI_COMMAND: 'ADD',
      TRACEPARENT: '00-1',
      PATH: '/bin',
      LD_PRELOAD: 'x',
      CNI_ARGS: undefined,
    }
    assert.deepEqual(hostEnvironment(env), { CNI_COMMAND: 'ADD', TRACEPARENT: '00-1' })
  })
})
