// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parsePluginResult, readResultVersion } from '../result/parse.ts'
import { resultToVersion } from '../result/format.ts'
import { formatCacheEntry, parseCacheEntry } from './entry.ts'

const fixtures = join(import.meta.dirname, '../../../test/fixtures/cni')
const recorded = globSync('cache-*/*', { cwd: fixtures }).sort()

test('there are recorded files of upstream for every version since 0.3.1', () => {
  assert.deepEqual(recorded, [
    'cache-0.3.1/net-a-c1-net1',
    'cache-0.4.0/default-net-c1-eth0',
    'cache-1.0.0/default-net-c1-eth0',
    'cache-1.1.0/default-net-c1-eth0',
    'cache-capabilities/net-s-c1-net1',
  ])
})

for (const name of recorded) {
  test(`${name} of upstream is read and written byte for byte`, () => {
    const text = readFileSync(join(fixtures, name), 'utf8')
    const entry = parseCacheEntry(text)
    assert.ok(entry.form === 'attachment')
    const { attachment } = entry
    assert.equal(formatCacheEntry(attachment), text)
    const parts = [attachment.networkName, attachment.containerId, attachment.ifName]
    assert.equal(name.split('/')[1], parts.join('-'))
    assert.equal(JSON.parse(attachment.config.toString()).name, attachment.networkName)
    assert.deepEqual(attachment.args[0], ['IgnoreUnknown', 'true'])
  })

  test(`the result of ${name} is the same after it was parsed and formatted`, () => {
    const entry = parseCacheEntry(readFileSync(join(fixtures, name)))
    assert.ok(entry.form === 'attachment' && entry.attachment.result !== undefined)
    const { result } = entry.attachment
    const version = readResultVersion(result)
    assert.deepEqual(resultToVersion(parsePluginResult(result, ''), version), result)
  })
}

test('formatCacheEntry() leaves out what is empty and sorts what is a map', () => {
  const entry = { networkName: 'n', containerId: 'c', ifName: 'i', config: Buffer.from('{}'), args: [] }
  assert.equal(
    formatCacheEntry({ ...entry, netns: '', capabilityArgs: {} }),
    '{"kind":"cniCacheV1","containerId":"c","config":"e30=","ifName":"i","networkName":"n"}',
  )
  assert.match(
    formatCacheEntry({ ...entry, netns: '/<a>', capabilityArgs: { b: 1, a: { d: 1, c: 2 } }, result: {} }),
    /"netns":"\/\\u003ca\\u003e","capabilityArgs":\{"a":\{"c":2,"d":1\},"b":1\},"result":\{\}\}$/,
  )
})

test('parseCacheEntry() takes a file without the mark of libcni for a bare result', () => {
  const result = { cniVersion: '0.2.0', ip4: { ip: '10.0.0.1/24' } }
  assert.deepEqual(parseCacheEntry(JSON.stringify(result)), { form: 'result', result })
})

test('parseCacheEntry() refuses what is no entry', () => {
  assert.throws(() => parseCacheEntry(''), { message: 'unexpected end of JSON input' })
  assert.throws(() => parseCacheEntry('{"kind":"cniCa'), { id: 'config/json-invalid' })
  assert.throws(() => parseCacheEntry('null'), { message: 'cache entry: expected an object, found null' })
  assert.throws(() => parseCacheEntry('{"kind":"cniCacheV1","cniArgs":[["a"]]}'), {
    message: 'cniArgs[0]: expected a list of two strings',
  })
  assert.throws(() => parseCacheEntry('{"kind":"cniCacheV1","result":[]}'), { path: 'result' })
})
