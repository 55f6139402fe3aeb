// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { askForAnnotations } from './ask-for-annotations.ts'
import { formatMultusConf } from './multus-conf.ts'
import { readAutoconfigSettings } from './settings.ts'

/** The capabilities of the configuration that is generated for a daemon's file. */
function capabilities(more: JsonObject): unknown {
  const root = { multusConfigFile: 'auto', cniVersion: '1.1.0', ...more }
  const settings = askForAnnotations(readAutoconfigSettings(root, 'd.json') ?? assert.fail('nothing to do'))
  assert.ok(settings.mode === 'generate')
  const conf: { capabilities?: unknown } = JSON.parse(
    formatMultusConf(settings, { clusterNetwork: 'net', network: undefined }),
  )
  return conf.capabilities
}

describe('askForAnnotations()', () => {
  test('makes the runtime hand over the annotations of pods', () => {
    assert.deepEqual(capabilities({}), { 'io.kubernetes.cri.pod-annotations': true })
  })

  test('leaves the last word to the file of the daemon', () => {
    const own = { ips: true, 'io.kubernetes.cri.pod-annotations': false }
    assert.deepEqual(capabilities({ capabilities: own }), own)
  })

  test('does not touch a file that is only copied', () => {
    const settings = readAutoconfigSettings({ multusConfigFile: '/my.conf' }, 'd.json')
    assert.ok(settings !== undefined)
    assert.equal(askForAnnotations(settings), settings)
  })
})
