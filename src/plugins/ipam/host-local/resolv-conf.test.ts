// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { parseResolvConf, readResolvConf } from './resolv-conf.ts'

describe('parseResolvConf()', () => {
  it('reads name servers, the last domain, all search domains and options', () => {
    const text = [
      'nameserver 192.0.2.1 ignored',
      'nameserver   2001:db8::1  ',
      '# nameserver 192.0.2.9',
      '; domain no.example',
      ' domain a.example',
      'domain b.example',
      'search one.example two.example',
      'search three.example',
      'options ndots:2 edns0',
      'options rotate',
      'sortlist 192.0.2.0',
      'nameserver',
      '',
    ].join('\n')
    assert.deepEqual(parseResolvConf(text), {
      nameservers: ['192.0.2.1', '2001:db8::1'],
      domain: 'b.example',
      search: ['one.example', 'two.example', 'three.example'],
      options: ['ndots:2', 'edns0', 'rotate'],
    })
  })

  it('gives nothing for an empty file', () => {
    assert.deepEqual(parseResolvConf(''), {})
  })
})

describe('readResolvConf()', () => {
  it('reads a file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'plait-resolv-'))
    try {
      const path = join(directory, 'resolv.conf')
      writeFileSync(path, 'nameserver 192.0.2.1\n')
      assert.deepEqual(readResolvConf(path), { nameservers: ['192.0.2.1'] })
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it("names a file that is not there in Go's words, and refuses what is no file", () => {
    assert.throws(() => readResolvConf('/nonexistent'), {
      message: 'open /nonexistent: no such file or directory',
    })
    assert.throws(() => readResolvConf('/dev/zero'), /not a regular file/)
  })
})
