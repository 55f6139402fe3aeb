// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { expectNothingLeft, readMachine, readProcesses } from './machine.ts'
import { outcomeOf, reasonToSkip, reasonToSkipUser, Session } from './run-plait.ts'

const ordinaryUser = 65534
const scenario = ['lab', 'run', 'two-macvlan']

/** Ends when the lab has its nodes: four network namespaces of processes at least beside the machine's own. */
async function untilBuilt(session: Session): Promise<void> {
  await waitFor(() => readProcesses(session).namespaces.size >= 5, {
    timeoutMs: 30_000,
    intervalMs: 20,
    what: 'the lab to be built',
  })
}

async function interrupt(session: Session, child: ChildProcess, signal: NodeJS.Signals) {
  const outcome = outcomeOf(child)
  await untilBuilt(session)
  child.kill(signal)
  return outcome
}

for (const [who, uid, skip] of [
  ['root or the user of the tests', undefined, reasonToSkip()],
  ['an ordinary user', ordinaryUser, reasonToSkipUser(ordinaryUser)],
] as const) {
  const open = (): Session => new Session(uid === undefined ? {} : { uid })

  describe(`a lab of ${who} leaves nothing behind`, { skip, timeout: 300_000 }, () => {
    it('after it has run to its end', async () => {
      using session = open()
      const untouched = readMachine()
      const { code, stderr } = await session.run([...scenario, '--output', 'json'])
      assert.equal(code, 0, stderr)
      await expectNothingLeft(session, untouched)
    })

    for (const [signal, expected] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      it(`after ${signal} in the middle, and tells so by its exit code`, async () => {
        using session = open()
        const untouched = readMachine()
        const { code, stderr } = await interrupt(session, session.start(scenario), signal)
        assert.equal(code, expected, stderr)
        assert.match(stderr, new RegExp(`interrupted by ${signal}`))
        // Everything is gone by the time the command returns: nothing is left to wait for.
        assert.deepEqual(readProcesses(session).pids, [])
        await expectNothingLeft(session, untouched)
      })
    }

    it('after SIGKILL in the middle', async () => {
      using session = open()
      const untouched = readMachine()
      await interrupt(session, session.start(scenario), 'SIGKILL')
      await expectNothingLeft(session, untouched)
      // And the next run does not stumble over anything.
      const { code, stderr } = await session.run(['lab', 'run', 'missing-plugin'])
      assert.equal(code, 0, stderr)
      await expectNothingLeft(session, untouched)
    })

    it('after its own first process was killed', async () => {
      using session = open()
      const untouched = readMachine()
      const child = session.start(scenario)
      const outcome = outcomeOf(child)
      await untilBuilt(session)
      const { pids } = readProcesses(session)
      const inside = pids.find((pid) => isLabProcess(pid, 'inside'))
      process.kill(Number(inside), 'SIGKILL')
      const { code, stderr } = await outcome
      assert.equal(code, 2, stderr)
      assert.match(stderr, /the lab ended.*\n.*lab\/ended-early/)
      await expectNothingLeft(session, untouched)
    })
  })
}

function isLabProcess(pid: string, command: string): boolean {
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  return words[0]?.endsWith('/node') === true && words.includes(command)
}
