// SPDX-License-Identifier: Apache-2.0

// host-local on file systems that are full or read-only, each mounted in a mount namespace of its own.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { checkLeaks, skip } from './fixture.ts'

checkLeaks()

interface Outcome {
  readonly call: string
  readonly outcome: string
  readonly files: readonly string[]
}

/** What came of calls such as `ADD:a` on a fresh tmpfs with these mount options. */
function trial(mountOptions: string, ...calls: readonly string[]): Outcome[] {
  const directory = mkdtempSync(join(tmpdir(), 'plait-disk-'))
  const mount = 'mount -t tmpfs -o "$0" none "$1" && shift && exec "$@"'
  const program = [process.execPath, join(import.meta.dirname, 'disk-trial.ts'), directory, ...calls]
  try {
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['--mount', '--propagation', 'private', 'sh', '-c', mount, mountOptions, directory, ...program],
      { encoding: 'utf8', timeout: 30_000 },
    )
    assert.notEqual(stdout, '', stderr)
    return stdout
      .trim()
      .split('\n')
      .map((line): Outcome => JSON.parse(line))
  } finally {
    rmdirSync(directory)
  }
}

const advice = '; free space on that file system, make it writable, or set ipam.dataDir'

describe('host-local on a file system that takes nothing more', { skip }, () => {
  it('gives up what it could not write whole, says so in one line, and works again once there is room', () => {
    // Three pages: the rotation and two reservations.
    const [first, second, third, status, release, again] = trial(
      'size=12k',
      'ADD:a',
      'ADD:b',
      'ADD:c',
      'STATUS',
      'DEL:a',
      'ADD:c',
    )
    assert.deepEqual([first?.outcome, second?.outcome], ['done', 'done'])
    assert.match(
      third?.outcome ?? '',
      /^CniError: failed to allocate for range 0: Cannot create .*: no space left on device/,
    )
    assert.ok(third?.outcome.endsWith(advice))
    assert.deepEqual(third?.files, second?.files)
    assert.match(status?.outcome ?? '', /^CniError: Cannot keep reservations in .*: no space left on /)
    assert.deepEqual([release?.outcome, again?.outcome], ['done', 'done'])
  })

  it('says the same when there is room for bytes but not for files', () => {
    // The root, the network's directory, the lock, the rotation and one reservation.
    const [first, second, status] = trial('nr_inodes=5', 'ADD:a', 'ADD:b', 'STATUS')
    assert.equal(first?.outcome, 'done')
    assert.match(second?.outcome ?? '', /Cannot create .*: no space left on device/)
    assert.deepEqual(second?.files, first?.files)
    assert.match(status?.outcome ?? '', /no space left on /)
  })

  it('takes the reservation back when only the rotation cannot be written', () => {
    const [first] = trial('size=4k', 'ADD:a')
    assert.match(first?.outcome ?? '', /Cannot write .*last_reserved_ip\.0: no space left on device/)
    assert.deepEqual(first?.files, ['lan', 'lan/lock'])
  })
})

describe('host-local on a read-only file system', { skip }, () => {
  it('says so for ADD and STATUS, and has nothing to release for DEL', () => {
    const [add, status, del] = trial('ro', 'ADD:a', 'STATUS', 'DEL:a')
    assert.match(add?.outcome ?? '', /^CniError: Cannot mkdir .*: read-only file system/)
    assert.match(status?.outcome ?? '', /^CniError: Cannot keep reservations in .*: read-only file system/)
    assert.equal(del?.outcome, 'done')
  })
})
