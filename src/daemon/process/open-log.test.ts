// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { silentLog } from '../../base/index.ts'
import { parseDaemonConfig } from '../config/daemon-config.ts'
import { openLog } from './open-log.ts'

describe('openLog()', () => {
  test('appends to the file of the configuration, which only its owner can read', (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'plait-log-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const logFile = join(directory, 'daemon.log')
    const config = parseDaemonConfig(
      JSON.stringify({ logFile, logToStderr: false, logLevel: 'verbose' }),
      'x',
    )
    for (const turn of [1, 2]) openLog(config).log.info({ turn }, 'hello')
    openLog(config).log.debug({}, 'too much')
    const lines = readFileSync(logFile, 'utf8').trim().split('\n')
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).turn),
      [1, 2],
    )
    assert.equal(statSync(logFile).mode & 0o777, 0o600)
  })

  test('is silent when nothing is to be written', () => {
    assert.equal(openLog(parseDaemonConfig('{"logToStderr": false}', 'x')).log, silentLog)
  })

  test('says that the file cannot be opened', () => {
    const config = parseDaemonConfig('{"logFile": "/nowhere/daemon.log"}', 'x')
    assert.throws(() => openLog(config), {
      id: 'daemon/config-invalid',
      message: 'Cannot write the log to /nowhere/daemon.log; correct "logFile"',
    })
  })
})
