// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { namespacePresence } from './namespace-presence.ts'

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'plait-netns-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

describe('a network namespace', () => {
  test('is there when it can be opened', () => {
    assert.equal(namespacePresence('/proc/self/ns/net'), 'there')
  })

  test('is gone when others are to be seen in its directory, and it is not', () => {
    assert.equal(namespacePresence('/proc/self/ns/cni-1'), 'gone')
  })

  test('may be there where none is to be seen, as in a container without the mount', (t) => {
    assert.equal(namespacePresence(join(directory(t), 'cni-1')), 'unknown')
    assert.equal(namespacePresence('/run/no-such-directory/cni-1'), 'unknown')
    assert.equal(namespacePresence('/proc/0/ns/net'), 'unknown')
    assert.equal(namespacePresence(''), 'unknown')
  })

  test('may be there where an empty file is, as in a container without propagation of mounts', (t) => {
    const path = join(directory(t), 'cni-1')
    writeFileSync(path, '')
    assert.equal(namespacePresence(path), 'unknown')
  })

  test('may be there where the kernel does not say', (t) => {
    const path = join(directory(t), 'cni-1')
    symlinkSync(path, path)
    assert.equal(namespacePresence(join(path, 'cni-2')), 'unknown')
  })
})
