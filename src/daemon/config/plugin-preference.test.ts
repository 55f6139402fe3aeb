// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { prefersHost, readPluginPreference } from './plugin-preference.ts'

describe('readPluginPreference()', () => {
  test('prefers bundled plugins when the file does not speak of it', () => {
    assert.equal(prefersHost(readPluginPreference({}, 'f'), 'macvlan'), false)
  })

  test('prefers what the file names for a type, and its default for all others', () => {
    const preference = readPluginPreference({ PluginPreference: { default: 'host', bridge: 'bundled' } }, 'f')
    assert.equal(prefersHost(preference, 'macvlan'), true)
    assert.equal(prefersHost(preference, 'bridge'), false)
  })

  test('names the file and the key that cannot be used', () => {
    assert.throws(() => readPluginPreference({ pluginPreference: { macvlan: 'x' } }, '/f'), {
      id: 'daemon/config-invalid',
      message:
        'failed to unmarshall the daemon configuration: /f: pluginPreference.macvlan is the string "x", and must be "bundled" or "host"',
    })
    assert.throws(() => readPluginPreference({ pluginPreference: 'host' }, '/f'), {
      message: /pluginPreference is the string "host", and must be an object of plugin types$/,
    })
  })
})
