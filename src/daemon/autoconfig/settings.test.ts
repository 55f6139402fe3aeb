// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../base/index.ts'
import { readAutoconfigSettings } from './settings.ts'
import type { GenerateSettings } from './settings.ts'

const directory = '/host/etc/cni/net.d'

function generate(more: JsonObject): GenerateSettings {
  const settings = readAutoconfigSettings(
    { cniVersion: '0.3.1', cniConfigDir: directory, multusAutoconfigDir: directory, ...more },
    'd.json',
  )
  assert.ok(settings?.mode === 'generate')
  return settings
}

describe('readAutoconfigSettings()', () => {
  test("leaves the node's configuration alone when the file does not speak of it", () => {
    assert.equal(readAutoconfigSettings({ socketDir: '/run/multus/' }, 'd.json'), undefined)
  })

  test('generates where upstream would: "auto", or a directory and nothing else', () => {
    assert.equal(generate({}).target, `${directory}/00-multus.conf`)
    assert.equal(generate({ multusConfigFile: 'auto' }).primaryDir, directory)
    const alone = readAutoconfigSettings({ multusConfigFile: 'auto', cniVersion: '1.0.0' }, 'd.json')
    assert.ok(alone?.mode === 'generate')
    assert.equal(alone.primaryDir, '/etc/cni/net.d')
  })

  test('copies a file under its own name', () => {
    const root = { multusConfigFile: '/tmp/multus-conf/70-multus.conf', cniConfigDir: directory }
    assert.deepEqual(readAutoconfigSettings(root, 'd.json'), {
      mode: 'copy',
      source: '/tmp/multus-conf/70-multus.conf',
      target: `${directory}/70-multus.conf`,
    })
  })

  test('takes the readiness indicator for the default network where it is a configuration of the directory', () => {
    const pinnedBy = (readinessindicatorfile: string) => generate({ readinessindicatorfile }).pinned
    assert.equal(pinnedBy(`${directory}/10-calico.conflist`), '10-calico.conflist')
    assert.equal(pinnedBy('/run/ready.conf'), undefined)
    assert.equal(pinnedBy(`${directory}/ready`), undefined)
  })

  test('lets multusMasterCNI win, by name or by path', () => {
    const readinessindicatorfile = `${directory}/10-calico.conflist`
    for (const multusMasterCNI of ['05-mine.conf', `${directory}/05-mine.conf`]) {
      assert.equal(generate({ multusMasterCNI, readinessindicatorfile }).pinned, '05-mine.conf')
    }
  })

  test('refuses to wrap itself', () => {
    for (const multusMasterCNI of ['00-multus.conf', `${directory}/00-multus.conf`]) {
      assert.throws(() => generate({ multusMasterCNI }), {
        id: 'daemon/config-invalid',
        message: /cannot specify .*\/00-multus\.conf to prevent recursive config load/,
      })
    }
  })

  test('refuses a cniVersion that is none', () => {
    for (const cniVersion of ['', '1.0', 'new', undefined]) {
      assert.throws(() => generate({ cniVersion }), { message: /couldn't get top level cni version/ })
    }
  })
})
