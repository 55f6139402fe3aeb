// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { enclose, enterEnclosure } from './enclosure.ts'
import { isolationScript } from './isolate.ts'
import { findTools, withSystemDirectories } from './requirements.ts'
import { portName } from './switches.ts'

describe('enclose()', () => {
  it('makes a user namespace only for those who are not root', () => {
    const options = { root: true, diesWithParent: true }
    assert.equal(enclose(['true'], options).includes('--user'), false)
    assert.deepEqual(enclose(['true'], { ...options, root: false }).slice(0, 3), [
      'unshare',
      '--user',
      '--map-root-user',
    ])
  })

  it('sets the parent-death signal after the user namespace was made, and before the last fork', () => {
    const words = enclose(['true'], { root: false, diesWithParent: true })
    const [user, signal, fork] = ['--user', '--pdeathsig', '--fork'].map((word) => words.indexOf(word))
    assert.ok(user !== undefined && signal !== undefined && fork !== undefined)
    assert.ok(user < signal && signal < fork)
  })

  it('leaves the parent-death signal out for a lab that is to stay', () => {
    assert.equal(enclose(['true'], { root: true, diesWithParent: false }).includes('setpriv'), false)
  })
})

describe('enterEnclosure()', () => {
  it("enters the PID namespace of the process's children", () => {
    assert.ok(enterEnclosure(['ls'], 7, true).includes('--pid=/proc/7/ns/pid_for_children'))
  })
})

describe('isolationScript()', () => {
  it('keeps a checkout visible that is in a directory that gets hidden', () => {
    const script = isolationScript(["/opt/it's here", '/home/me/plait'])
    assert.match(script, /mount --rbind '\/opt\/it'\\''s here' \/mnt\/0/)
    assert.match(script, /mount --rbind \/mnt\/0 '\/opt\/it'\\''s here'/)
    assert.doesNotMatch(script, /home/)
  })
})

describe('portName()', () => {
  it('says whose port it is and keeps to the length that the kernel allows', () => {
    assert.equal(portName('n1', 'ens6'), 'n1-ens6')
    for (const [machine, nic] of [
      ['a-long-machine', 'eth0'],
      ['n1', 'fifteen-letters'],
    ] as const) {
      assert.ok(portName(machine, nic).length <= 15)
    }
  })
})

describe('findTools()', () => {
  it('names all that is missing, and the line that installs it, each package once', () => {
    assert.throws(
      () => findTools('/nowhere'),
      /this machine lacks ip, ping, unshare, .*busybox; run: apt-get install -y --no-install-recommends iproute2 iputils-ping util-linux mount busybox-static$/,
    )
  })

  it('looks in the directories of system programs too, each once', () => {
    assert.equal(
      withSystemDirectories('/home/me/bin:/usr/sbin'),
      '/home/me/bin:/usr/sbin:/usr/local/sbin:/sbin:/usr/bin:/bin',
    )
  })

  it('refuses a busybox that needs libraries, and says which package to install', () => {
    const directory = mkdtempSync(join(tmpdir(), 'lab-tools-'))
    try {
      const programs = ['ip', 'ping', 'unshare', 'nsenter', 'setpriv', 'mount', 'busybox']
      for (const name of programs) {
        writeFileSync(join(directory, name), '#!/bin/sh\n')
        chmodSync(join(directory, name), 0o755)
      }
      assert.throws(
        () => findTools(directory),
        /busybox is not statically linked; run: apt-get install .* busybox-static/,
      )
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
