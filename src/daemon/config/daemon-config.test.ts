// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDaemonConfig } from './daemon-config.ts'

const path = '/etc/daemon-config.json'
const prefix = `failed to unmarshall the daemon configuration: ${path}: `

describe('parseDaemonConfig()', () => {
  test('has a default for every key', () => {
    assert.deepEqual(parseDaemonConfig('{}', path), {
      socketDir: '/run/multus/',
      logLevel: 'info',
      logToStderr: true,
      logOptions: { maxBytes: 104_857_600, maxBackups: 5, maxAgeDays: 5, compress: true },
      housekeepingIntervalMs: 300_000,
      missingNetworks: 'report',
      pluginPreference: { otherwise: 'bundled', byType: new Map() },
      spoolDir: '/var/lib/cni/plait/spool',
      override: {},
    })
  })

  test('reads the keys in any letter case, and keeps those that it does not know for the requests', () => {
    const text = `{"SocketDir": "/run/x", "logLevel": "Verbose", "logFile": "/var/log/x", "logToStderr": false,
      "connectionLimit": 3, "externalPluginLimit": 5, "metricsPort": 9091, "kubeconfig": "/k", "binDir": "/bin", "socketdir": null, "chrootDir": "/hostroot"}`
    const {
      override,
      pluginPreference: _preference,
      logOptions: _options,
      ...settings
    } = parseDaemonConfig(text, path)
    assert.deepEqual(settings, {
      socketDir: '/run/multus/',
      logLevel: 'info',
      logFile: '/var/log/x',
      logToStderr: false,
      connectionLimit: 3,
      externalPluginLimit: 5,
      port: { port: 9091 },
      kubeconfig: '/k',
      spoolDir: '/var/lib/cni/plait/spool',
      chrootDir: '/hostroot',
      housekeepingIntervalMs: 300_000,
      missingNetworks: 'report',
    })
    assert.equal(override.binDir, '/bin')
  })

  test('takes upstream words for the levels', () => {
    const levels = ['debug', 'verbose', 'error', 'panic'].map(
      (logLevel) => parseDaemonConfig(JSON.stringify({ logLevel }), path).logLevel,
    )
    assert.deepEqual(levels, ['debug', 'info', 'error', 'silent'])
  })

  const broken: readonly (readonly [string, string])[] = [
    ['', 'unexpected end of JSON input'],
    ['[]', 'it is a list, and must be a JSON object'],
    ['{"socketDir": 5}', 'socketDir is the number 5, and must be a string'],
    ['{"logToStderr": "true"}', 'logToStderr is the string "true", and must be true or false'],
    ['{"connectionLimit": 1.5}', 'connectionLimit is the number 1.5, and must be a whole number'],
    ['{"externalPluginLimit": 0}', 'externalPluginLimit is 0, and must be greater than 0'],
    ['{"connectionLimit": 0}', 'connection limit must be greater than 0, got 0'],
    ['{"logLevel": "loud"}', 'logLevel is "loud", and must be one of debug, verbose, error, panic'],
    [
      '{"logLevel": "constructor"}',
      'logLevel is "constructor", and must be one of debug, verbose, error, panic',
    ],
  ]
  for (const [text, problem] of broken) {
    test(`says in one line what is wrong with ${text || 'an empty file'}`, () => {
      assert.throws(() => parseDaemonConfig(text, path), {
        id: 'daemon/config-invalid',
        message: prefix + problem,
      })
    })
  }
})
