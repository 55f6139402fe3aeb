// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { findCandidates } from './candidates.ts'

const bridge = { cniVersion: '1.0.0', name: 'pods', plugins: [{ type: 'bridge' }] }

function directoryWith(t: TestContext, files: Readonly<Record<string, object | string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-candidates-'))
  t.after(() => rmSync(directory, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return directory
}

function namesOf(t: TestContext, files: Readonly<Record<string, object | string>>): readonly string[] {
  return findCandidates(directoryWith(t, files)).names
}

describe('findCandidates()', () => {
  test('lists .conf and .conflist by the bytes of their names, and nothing else', (t) => {
    const names = ['b.conf', 'B.conflist', '10-x.conflist', '5-x.conf', '20-x.json', 'README']
    const directory = directoryWith(t, Object.fromEntries(names.map((name) => [name, bridge])))
    mkdirSync(join(directory, '01-folder.conf'))
    assert.deepEqual(findCandidates(directory).names, ['10-x.conflist', '5-x.conf', 'B.conflist', 'b.conf'])
  })

  test('gives nothing for a directory that is not there', () => {
    assert.deepEqual(findCandidates('/nowhere'), { names: [], ignored: [] })
  })

  test('leaves out our own file, and what was renamed, saved or is half written under another name', (t) => {
    const renamed = [
      '00-multus.conf.cilium_bak',
      '05-cilium.conflist.cilium_bak',
      '10-x.conf.rpmsave',
      '10-x.conf~',
    ]
    const half = ['10-x.conflist.tmp', '.10-x.conflist', '.00-multus.conf.12ab.tmp']
    const left = ['00-multus.conf', '00-multus.conflist', ...renamed, ...half]
    assert.deepEqual(namesOf(t, Object.fromEntries(left.map((name) => [name, bridge]))), [])
  })

  test('passes over what other programs put there for containers of their own, and says why', (t) => {
    const loopback = { cniVersion: '1.0.0', name: 'lo', type: 'loopback' }
    const podman = { ...bridge, name: 'podman', plugins: [{ type: 'bridge', bridge: 'cni-podman0' }] }
    const directory = directoryWith(t, {
      '100-crio-bridge.conf': bridge,
      '10-crio-bridge.conflist': bridge,
      '11-crio-ipv4-bridge.conflist': bridge,
      '200-loopback.conflist': loopback,
      '87-podman-bridge.conflist': bridge,
      'mine.conflist': podman,
      'nerdctl-bridge.conflist': bridge,
      'zero.conf': loopback,
      '99-flannel.conflist': bridge,
    })
    const { names, ignored } = findCandidates(directory)
    assert.deepEqual(names, ['99-flannel.conflist'])
    assert.equal(ignored.length, 8)
    assert.deepEqual(
      ignored.find(({ name }) => name === 'mine.conflist'),
      { name: 'mine.conflist', why: "it is podman's" },
    )
  })

  test('takes what containerd writes for a cluster, and passes over its sample of the same name', (t) => {
    const file = (subnet: string): object => ({
      ...bridge,
      plugins: [{ type: 'ptp', ipam: { type: 'host-local', ranges: [[{ subnet }]] } }],
    })
    const name = '10-containerd-net.conflist'
    assert.deepEqual(namesOf(t, { [name]: file('10.4.1.0/24') }), [name])
    assert.deepEqual(namesOf(t, { [name]: file('10.88.0.0/16') }), [])
  })

  test('never takes a configuration of Multus, which would call itself', (t) => {
    const files = {
      '01-a.conf': { cniVersion: '0.3.1', name: 'm', type: 'multus' },
      '02-b.conflist': { ...bridge, plugins: [{ type: 'multus-shim' }] },
      '70-c.conflist': bridge,
    }
    assert.deepEqual(namesOf(t, files), ['70-c.conflist'])
  })

  test('keeps a file that cannot be parsed: it may be half written', (t) => {
    assert.deepEqual(namesOf(t, { '05-a.conflist': '{"plugins": [', '10-b.conf': bridge }), [
      '05-a.conflist',
      '10-b.conf',
    ])
  })
})
