// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDaemonArguments } from './arguments.ts'

test('parseDaemonArguments() takes the file with one dash or two, apart or after "="', () => {
  const run = { action: 'run', configFile: '/x' }
  for (const words of [['-config', '/x'], ['--config', '/x'], ['-config=/x'], ['--config=/x']]) {
    assert.deepEqual(parseDaemonArguments(words), run)
  }
})

test('parseDaemonArguments() has a default file', () => {
  assert.deepEqual(parseDaemonArguments([]), {
    action: 'run',
    configFile: '/etc/cni/net.d/multus.d/daemon-config.json',
  })
})

test('parseDaemonArguments() knows -version and -help', () => {
  for (const word of ['-h', '-help', '--help'])
    assert.deepEqual(parseDaemonArguments([word]), { action: 'help' })
  assert.deepEqual(parseDaemonArguments(['-config', '/x', '--version']), { action: 'version' })
})

test('parseDaemonArguments() says what it does not know', () => {
  assert.deepEqual(parseDaemonArguments(['-x']), {
    action: 'refuse',
    problem: 'flag provided but not defined: -x',
  })
  assert.deepEqual(parseDaemonArguments(['-config']), {
    action: 'refuse',
    problem: 'flag needs an argument: -config',
  })
})
