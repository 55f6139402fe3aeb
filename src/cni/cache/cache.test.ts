// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { scratchDirectory } from '../testing/scratch-directory.ts'
import { keepAside } from './corrupt.ts'
import type { CachedAttachment } from './entry.ts'
import { cacheFileName, cacheFilePath } from './path.ts'
import { listCachedAttachments, readCachedResult } from './read.ts'
import { removeCached, writeCachedAttachment } from './write.ts'

const key = { networkName: 'net', containerId: 'c1', ifName: 'eth0' }
const attachment: CachedAttachment = {
  ...key,
  config: Buffer.from('{"name":"net"}'),
  netns: '/run/netns/a',
  args: [['A', '1']],
  capabilityArgs: { mac: '00:11:22:33:44:55' },
  result: { cniVersion: '1.0.0', ips: [{ address: '10.0.0.2/24' }] },
}

function resultFile(name: string): string {
  return `results/${name}`
}

test('cacheFilePath() joins the parts, and wants all of them', () => {
  assert.equal(cacheFilePath('/var/lib/cni', key), '/var/lib/cni/results/net-c1-eth0')
  for (const part of ['networkName', 'containerId', 'ifName']) {
    assert.throws(() => cacheFilePath('/x', { ...key, [part]: '' }), {
      id: 'cni/cache-failed',
      message:
        /^cache file path requires network name \(".*"\), container ID \(".*"\), and interface name \(".*"\)$/,
    })
  }
})

test('cacheFilePath() refuses parts that lead out of the directory', () => {
  for (const bad of ['../../etc/x', 'a/b', 'a\0']) {
    for (const part of ['networkName', 'containerId', 'ifName']) {
      assert.throws(() => cacheFilePath('/x', { ...key, [part]: bad }), { name: 'CniError' })
    }
  }
})

test('writeCachedAttachment() makes private files, replaces them whole and leaves no other', (t) => {
  const directory = join(scratchDirectory(t), 'deep', 'cni')
  writeCachedAttachment(directory, attachment)
  writeCachedAttachment(directory, { ...attachment, netns: '/run/netns/b' })
  const path = cacheFilePath(directory, key)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(join(directory, 'results')).mode & 0o777, 0o700)
  assert.deepEqual(readdirSync(join(directory, 'results')), ['net-c1-eth0'])
})

test('writeCachedAttachment() leaves nothing when it cannot put the file in place', (t) => {
  const directory = scratchDirectory(t)
  mkdirSync(cacheFilePath(directory, key), { recursive: true })
  assert.throws(() => writeCachedAttachment(directory, attachment), { code: 'EISDIR' })
  assert.deepEqual(readdirSync(join(directory, 'results')), ['net-c1-eth0'])
})

test('removeCached() takes along what a process has left that was killed while it wrote', (t) => {
  const directory = scratchDirectory(t)
  writeCachedAttachment(directory, attachment)
  writeFileSync(join(directory, 'results/.net-c1-eth0.tmp'), 'half of ')
  removeCached(directory, key)
  assert.deepEqual(readdirSync(join(directory, 'results')), [])
})

test('readCachedResult() gives what was written, and nothing where nothing was', (t) => {
  const directory = scratchDirectory(t)
  assert.equal(readCachedResult(directory, key), undefined)
  writeCachedAttachment(directory, attachment)
  assert.deepEqual(readCachedResult(directory, key)?.ips, [{ address: '10.0.0.2/24' }])
  assert.equal(readCachedResult(directory, { ...key, ifName: 'net1' }), undefined)
  removeCached(directory, key)
  removeCached(directory, key)
  assert.equal(readCachedResult(directory, key), undefined)
})

test('readCachedResult() reads an attachment without a result as nothing', (t) => {
  const directory = scratchDirectory(t, { [resultFile('net-c1-eth0')]: '{"kind":"cniCacheV1"}' })
  assert.equal(readCachedResult(directory, key), undefined)
})

test('readCachedResult() reads the bare results of old libraries', (t) => {
  const directory = scratchDirectory(t, {
    [resultFile('net-c1-eth0')]: '{"cniVersion":"0.3.1","ips":[{"version":"4","address":"10.0.0.1/24"}]}',
    [resultFile('net-c1-net1')]: '{"ip4":{"ip":"10.0.0.1/24"}}',
  })
  assert.equal(readCachedResult(directory, key)?.ips?.length, 1)
  assert.equal(readCachedResult(directory, { ...key, ifName: 'net1' })?.ips?.length, 1)
})

test('readCachedResult() refuses a file that is cut off, empty or of no use', (t) => {
  for (const text of [
    '',
    '{"kind":"cniCacheV1","res',
    '[]',
    '{"cniVersion":"7.0.0"}',
    '{"ips":5,"cniVersion":"1.0.0"}',
  ]) {
    const directory = scratchDirectory(t, { [resultFile('net-c1-eth0')]: text })
    assert.throws(() => readCachedResult(directory, key), Error, text)
  }
})

test('readCachedResult() names a file that it cannot read', (t) => {
  const directory = scratchDirectory(t)
  const path = cacheFilePath(directory, key)
  mkdirSync(path, { recursive: true })
  assert.throws(() => readCachedResult(directory, key), {
    id: 'cni/cache-failed',
    message: `error reading ${path}`,
  })
})

test('listCachedAttachments() gives the attachments by file name and skips all else', async (t) => {
  const directory = scratchDirectory(t, {
    [resultFile('.tmp')]: '{"kind":"cniCacheV1","containerId":"c1","ifName":"x","networkName":"y"}',
    [resultFile('a-c1-legacy')]: '{"cniVersion":"0.3.1"}',
    [resultFile('b-c1-broken')]: '{"kind":',
    [resultFile('c-c1-eth0.corrupt')]:
      '{"kind":"cniCacheV1","containerId":"c1","ifName":"x","networkName":"y"}',
    [resultFile('d-c1-eth0')]: '{"kind":"cniCacheV1","containerId":"c1","ifName":"eth0"}',
    [resultFile('e-c1-eth0')]: '{"kind":"cniCacheV1","containerId":"c1","networkName":"e"}',
    [resultFile('f-c1-eth0')]: '{"kind":"other","containerId":"c1","ifName":"eth0","networkName":"f"}',
    [resultFile('sub/x')]: '',
  })
  writeCachedAttachment(directory, { ...attachment, networkName: 'z' })
  writeCachedAttachment(directory, attachment)
  writeCachedAttachment(directory, { ...attachment, containerId: 'c2' })
  const listed = await listCachedAttachments(directory)
  assert.deepEqual(
    listed.map(({ networkName, containerId }) => `${networkName} ${containerId}`),
    ['net c1', 'net c2', 'z c1'],
  )
  assert.deepEqual(listed[0], attachment)
})

test('listCachedAttachments() of a container gives those whose content says so too', async (t) => {
  const directory = scratchDirectory(t, {
    [resultFile('-c1-net1')]: '{"kind":"cniCacheV1","containerId":"c1","ifName":"net1","networkName":"x"}',
    [resultFile('x-c1-')]: '{"kind":"cniCacheV1","containerId":"c1","ifName":"net1","networkName":"x"}',
    [resultFile('net-c1-c2-eth0')]:
      '{"kind":"cniCacheV1","containerId":"c2","ifName":"eth0","networkName":"net-c1"}',
  })
  writeCachedAttachment(directory, attachment)
  const of = async (id: string): Promise<string[]> =>
    (await listCachedAttachments(directory, { containerId: id })).map(({ networkName }) => networkName)
  assert.deepEqual(await of('c1'), ['net'])
  assert.deepEqual(await of('c2'), ['net-c1'])
  assert.deepEqual(await of('c'), [])
})

test('listCachedAttachments() does not read the files that it is told not to', async (t) => {
  const directory = scratchDirectory(t)
  writeCachedAttachment(directory, attachment)
  const except = new Set([cacheFileName(attachment)])
  assert.deepEqual(await listCachedAttachments(directory, { except }), [])
})

test('listCachedAttachments() takes an absent directory for an empty one', async (t) => {
  assert.deepEqual(await listCachedAttachments(join(scratchDirectory(t), 'absent')), [])
})

test('keepAside() renames a file and keeps the 64 that changed last', (t) => {
  const directory = scratchDirectory(t)
  for (let i = 0; i < 70; i++) {
    const path = join(directory, `file${i}`)
    writeFileSync(path, '')
    utimesSync(path, i, i)
    assert.equal(keepAside(path), `${path}.corrupt`)
  }
  const names = readdirSync(directory)
  assert.equal(names.length, 64)
  assert.ok(names.includes('file69.corrupt') && !names.includes('file5.corrupt'))
})

test('a cache that cannot be written is an error', (t) => {
  const directory = scratchDirectory(t, { file: '' })
  assert.throws(() => writeCachedAttachment(join(directory, 'file'), attachment), { code: 'ENOTDIR' })
})
