// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  validateContainerId,
  validateInterfaceName,
  validateNetworkName,
  validatePluginType,
} from './validate.ts'

test('validateContainerId() takes letters, digits, _, . and - after a letter or digit', () => {
  for (const id of ['a', '0', 'A_b.c-d', 'f'.repeat(64)]) validateContainerId(id)
  assert.throws(() => validateContainerId(''), { code: 3, message: 'missing containerID' })
  for (const id of ['-a', '.a', '_a', 'a/b', '../a', 'a b', 'a\n', 'ä', '1234%%%', 'a\0']) {
    assert.throws(
      () => validateContainerId(id),
      { code: 4, msg: 'invalid characters in containerID', details: id },
      id,
    )
  }
})

test('validateNetworkName() takes what may be part of a file name', () => {
  for (const name of ['test', 'a.b-c_d', '0']) validateNetworkName(name)
  assert.throws(() => validateNetworkName(''), { code: 7, message: 'missing network name:' })
  for (const name of ['a/b', '..', 'te%%st', 'a\n']) {
    assert.throws(
      () => validateNetworkName(name),
      { code: 7, msg: 'invalid characters found in network name', details: name },
      name,
    )
  }
})

test('validateInterfaceName() takes what the kernel takes, counted in bytes', () => {
  for (const name of ['eth0', 'a'.repeat(15), 'net-1.2', 'ü', '...']) validateInterfaceName(name)
  const refused: readonly [string, string][] = [
    ['', 'interface name is empty'],
    ['a'.repeat(16), 'interface name is too long; interface name should be less than 16 characters'],
    ['üüüüüüüü', 'interface name is too long; interface name should be less than 16 characters'],
    ['.', 'interface name is . or ..'],
    ['..', 'interface name is . or ..'],
    ...['a/b', 'a:b', 'a b', 'a\tb', 'a\n', 'a\u0085b', 'a\u00A0b', 'a\u3000b', 'a\0b'].map(
      (name): [string, string] => [name, 'interface name contains / or : or whitespace characters'],
    ),
  ]
  for (const [name, message] of refused) {
    assert.throws(() => validateInterfaceName(name), { code: 4, message }, JSON.stringify(name))
  }
})

test('validatePluginType() refuses everything that is not a plain file name', () => {
  for (const type of ['bridge', 'my-plugin.exe', '...', 'a b']) validatePluginType(type)
  assert.throws(() => validatePluginType(''), { code: 999, message: 'no plugin name provided' })
  for (const type of ['/bin/sh', '../sh', 'a/b', '.', '..', String.raw`a\b`, 'a\0b']) {
    assert.throws(() => validatePluginType(type), { code: 999, message: /^invalid plugin name: / }, type)
  }
  assert.throws(() => validatePluginType('a\0b'), { message: String.raw`invalid plugin name: "a\x00b"` })
})
