// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { findPlaces } from './find-places.ts'

function nodeWith(t: TestContext, ...directories: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'plait-places-'))
  t.after(() => rmSync(root, { recursive: true }))
  for (const directory of directories) mkdirSync(join(root, directory), { recursive: true })
  return root
}

describe('findPlaces()', () => {
  test('finds the directories of a common node', (t) => {
    const root = nodeWith(t, '/opt/cni/bin', '/etc/cni/net.d', '/usr/libexec/cni')
    assert.deepEqual(findPlaces(root), {
      binDir: join(root, 'opt/cni/bin'),
      confDir: join(root, 'etc/cni/net.d'),
    })
  })

  test("prefers a distribution's own, in the place that stays over its upgrades", (t) => {
    const k3s = '/var/lib/rancher/k3s'
    const conf = `${k3s}/agent/etc/cni/net.d`
    const common = ['/opt/cni/bin', '/etc/cni/net.d']
    const older = nodeWith(t, ...common, `${k3s}/data/current/bin`, conf)
    assert.equal(findPlaces(older).binDir, join(older, k3s, 'data/current/bin'))
    const newer = nodeWith(t, ...common, `${k3s}/data/current/bin`, `${k3s}/data/cni`, conf)
    assert.deepEqual(findPlaces(newer), { binDir: join(newer, k3s, 'data/cni'), confDir: join(newer, conf) })
  })

  test('does not take half a pair, and says what it looked for', (t) => {
    const root = nodeWith(t, '/opt/cni/bin')
    assert.throws(() => findPlaces(root), { id: 'daemon/places-unknown', message: /\/opt\/cni\/bin/ })
  })
})
