// SPDX-License-Identifier: Apache-2.0

// The daemon as a program: its flags, its file, and what it says when it cannot start.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { root } from './build-shim.ts'

interface End {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function run(...words: readonly string[]): End {
  const env = { PATH: process.env.PATH }
  const { status, stdout, stderr } = spawnSync(join(root, 'bin/plait'), ['daemon', ...words], {
    encoding: 'utf8',
    env,
    timeout: 30_000,
  })
  return { status, stdout, stderr }
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-process-'))
  t.after(() => rmSync(directory, { recursive: true }))
  return directory
}

describe('plait daemon', () => {
  const broken: readonly (readonly [string, string, string])[] = [
    ['{"socketDir": 5}', 'socketDir is the number 5, and must be a string', 'a key of the wrong type'],
    ['[1]', 'it is a list, and must be a JSON object', 'a file that holds a list'],
    ['', 'unexpected end of JSON input', 'an empty file'],
  ]
  for (const [text, problem, what] of broken) {
    test(`ends with 1 and one line for ${what}`, (t) => {
      const file = join(temporary(t), 'daemon-config.json')
      writeFileSync(file, text)
      assert.deepEqual(run('-config', file), {
        status: 1,
        stdout: '',
        stderr: `failed to unmarshall the daemon configuration: ${file}: ${problem}\n`,
      })
    })
  }

  test('ends with 1 and one line when there is no file', () => {
    const { status, stderr } = run('--config=/nowhere/x.json')
    assert.equal(status, 1)
    assert.match(stderr, /^Cannot read the daemon configuration \/nowhere\/x\.json; .*ENOENT.*\n$/)
  })

  test('ends with 3 and one line when others may write into the directory of its socket, and leaves it as it was', (t) => {
    const directory = temporary(t)
    const socketDir = join(directory, 'run')
    mkdirSync(socketDir)
    chmodSync(socketDir, 0o777)
    const file = join(directory, 'daemon-config.json')
    writeFileSync(file, JSON.stringify({ socketDir }))
    const { status, stderr } = run('-config', file)
    assert.equal(status, 3)
    assert.match(
      stderr,
      /^Cannot put the socket into .*: its mode is 777, so that others may write there; .*\n$/,
    )
    assert.deepEqual(readdirSync(socketDir), [])
  })

  test('has the exit codes of upstream for its flags', () => {
    const version = run('-version')
    assert.equal(version.status, 4)
    assert.match(version.stdout, /^multus-daemon: version:\S+, commit:.*, date:.*\n$/)
    const unknown = run('-x')
    assert.equal(unknown.status, 2)
    assert.match(unknown.stderr, /^flag provided but not defined: -x\nUsage: /)
  })
})
