// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  makeStateDirectory,
  readState,
  requireState,
  startTicksOf,
  stateDirectory,
  writeState,
} from './state.ts'

describe('the state of a lab that is up', () => {
  let parent = ''
  let directory = ''
  before(() => {
    parent = mkdtempSync(join(tmpdir(), 'lab-state-'))
    directory = join(parent, 'plait-lab')
  })
  after(() => rmSync(parent, { recursive: true }))

  const state = (startTicks: string) => ({
    pid: process.pid,
    startTicks,
    scenario: 'two-macvlan',
    nodes: ['n1'],
    since: '2026-01-01T00:00:00Z',
  })

  it('is found as long as its process lives', async () => {
    makeStateDirectory(directory)
    await writeState(directory, state(startTicksOf(process.pid) ?? ''), '{}')
    assert.equal(readState(directory)?.scenario, 'two-macvlan')
    assert.equal(requireState(directory).pid, process.pid)
  })

  it('is removed when another process has the number now', async () => {
    makeStateDirectory(directory)
    await writeState(directory, state('1'), '{}')
    assert.equal(readState(directory), undefined)
    assert.equal(existsSync(directory), false)
  })

  it('is removed when its file is damaged', () => {
    makeStateDirectory(directory)
    writeFileSync(join(directory, 'lab.json'), '{"pid": ')
    assert.throws(() => requireState(directory), /none is up; start one with: plait lab up/)
    assert.equal(existsSync(directory), false)
  })

  it('has its place by XDG_RUNTIME_DIR, else by user', () => {
    assert.equal(stateDirectory({ XDG_RUNTIME_DIR: '/run/user/7' }, false), '/run/user/7/plait-lab')
    assert.equal(stateDirectory({}, true), '/run/plait-lab')
    assert.equal(stateDirectory({}, false), join(homedir(), '.local/state/plait/lab'))
  })
})
