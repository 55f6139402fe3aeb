// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatVersionInfo, parseVersionInfo, readConfigVersion, requireVersion } from './negotiate.ts'
import { supportedVersions } from './version.ts'

test('readConfigVersion() takes a missing version for 0.1.0', () => {
  assert.equal(readConfigVersion({ cniVersion: '0.4.0' }), '0.4.0')
  for (const config of [{}, { cniVersion: '' }, { cniVersion: null }]) {
    assert.equal(readConfigVersion(config), '0.1.0')
  }
  assert.throws(() => readConfigVersion({ cniVersion: 1 }), {
    code: 6,
    message: 'decoding version from network config: cniVersion: expected a string, found 1',
  })
})

test('requireVersion() wants the version to be one that the plugin lists', () => {
  for (const version of supportedVersions) requireVersion('ADD', version, supportedVersions)
  assert.throws(() => requireVersion('DEL', '9.9.9', ['0.3.1', '1.0.0']), {
    code: 1,
    msg: 'incompatible CNI versions',
    details: 'config is "9.9.9", plugin supports ["0.3.1" "1.0.0"]',
  })
  assert.throws(() => requireVersion('ADD', '1', supportedVersions), { code: 1 })
})

test('requireVersion() refuses a verb that the version of the configuration does not have', () => {
  requireVersion('CHECK', '0.4.0', supportedVersions)
  for (const [command, version] of [
    ['CHECK', '0.3.1'],
    ['GC', '1.0.0'],
    ['STATUS', '1.0.0'],
  ] as const) {
    assert.throws(() => requireVersion(command, version, supportedVersions), {
      code: 1,
      message: `config version does not allow ${command}`,
    })
  }
})

test('requireVersion() refuses a verb that the plugin is too old for', () => {
  assert.throws(() => requireVersion('CHECK', '0.4.0', ['0.2.0', '0.3.1']), {
    code: 1,
    message: 'plugin version does not allow CHECK',
  })
  assert.throws(() => requireVersion('GC', '1.1.0', ['1.0.0']), {
    message: 'plugin version does not allow GC',
  })
})

test('formatVersionInfo() prints the line of Appendix B', () => {
  assert.equal(
    formatVersionInfo(supportedVersions),
    '{"cniVersion":"1.1.0","supportedVersions":["0.1.0","0.2.0","0.3.0","0.3.1","0.4.0","1.0.0","1.1.0"]}\n',
  )
})

test('parseVersionInfo() reads the list, and knows the one of 0.2.0', () => {
  assert.deepEqual(parseVersionInfo({ cniVersion: '1.0.0', supportedVersions: ['0.4.0', '1.0.0'] }), [
    '0.4.0',
    '1.0.0',
  ])
  assert.deepEqual(parseVersionInfo({ cniVersion: '0.2.0' }), ['0.1.0', '0.2.0'])
})

test('parseVersionInfo() says what is missing', () => {
  assert.throws(() => parseVersionInfo({}), {
    code: 6,
    message: 'decoding version info: missing field cniVersion',
  })
  assert.throws(() => parseVersionInfo({ cniVersion: '0.3.0' }), {
    message: 'decoding version info: missing field supportedVersions',
  })
  assert.throws(() => parseVersionInfo({ cniVersion: '1.0.0', supportedVersions: [1] }), {
    message: 'decoding version info: supportedVersions[0]: expected a string, found 1',
  })
  assert.throws(() => parseVersionInfo('x'), { message: /version info: expected an object, found "x"/ })
})
