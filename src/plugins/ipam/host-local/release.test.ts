// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { JsonValue } from '../../../base/index.ts'
import { testPool } from './test-pool.ts'
import type { Call } from './test-pool.ts'

const gc = (valid: JsonValue): Call => ({ command: 'GC', config: { 'cni.dev/valid-attachments': valid } })

describe('host-local DEL', () => {
  it('gives back every address of the attachment, and succeeds again', async (t) => {
    const { add, run, files } = testPool(t, {
      ranges: [[{ subnet: '10.1.2.0/29' }], [{ subnet: 'fd00:1::/64' }]],
    })
    await add()
    for (let times = 0; times < 2; times++) await run({ command: 'DEL' })
    assert.deepEqual(files(), ['last_reserved_ip.0', 'last_reserved_ip.1', 'lock'])
  })

  it('understands files that name no interface', async (t) => {
    const { run, put, held } = testPool(t)
    put('10.1.2.2', ' abc \n')
    put('10.1.2.3', 'other')
    await run({ command: 'DEL' })
    assert.deepEqual(held(), ['10.1.2.3'])
  })

  it('makes no directory for a network that has none', async (t) => {
    const { run, directory } = testPool(t)
    await run({ command: 'DEL' })
    assert.equal(existsSync(directory), false)
  })

  it('gives back although the ranges of the configuration are invalid by now', async (t) => {
    const { add, run, held } = testPool(t)
    await add()
    await run({ command: 'DEL', ipam: { subnet: 'nonsense', ranges: 5 } })
    assert.deepEqual(held(), [])
  })
})

describe('host-local CHECK', () => {
  it('finds the reservation, or says whose is missing', async (t) => {
    const { add, run } = testPool(t)
    const missing = { message: 'host-local: Failed to find address added by container abc' }
    await assert.rejects(run({ command: 'CHECK' }), missing)
    await add()
    await run({ command: 'CHECK' })
    await assert.rejects(run({ command: 'CHECK', ifName: 'eth9' }), missing)
  })
})

describe('host-local GC', () => {
  it('releases what no valid attachment of this network holds, and leftovers', async (t) => {
    const { add, run, put, held } = testPool(t, { subnet: '10.1.2.0/24' })
    for (const id of ['a', 'b']) for (const ifName of ['eth0', 'eth1']) await add({ id, ifName })
    put('10.1.2.100', 'a')
    put('10.1.2.101', 'gone')
    put('10.1.2.102', '')
    await run(gc([{ containerID: 'a', ifname: 'eth0' }]))
    assert.deepEqual(held(), ['10.1.2.100', '10.1.2.2'])
  })

  it('leaves other networks alone', async (t) => {
    const { add, run, held } = testPool(t)
    await add()
    await run({ ...gc([]), config: { ...gc([]).config, name: 'other' } })
    assert.deepEqual(held(), ['10.1.2.2'])
  })
})

describe('host-local STATUS', () => {
  it('is ready when the directory could be made', async (t) => {
    const { run, directory } = testPool(t)
    await run({ command: 'STATUS' })
    assert.equal(existsSync(directory), false)
  })

  it('is not available when a file is in the way, or the file system takes nothing', async (t) => {
    const { run, put, directory } = testPool(t)
    put('file', '')
    const expected = { code: 50, id: 'ipam/store-unusable' }
    await assert.rejects(run({ command: 'STATUS', ipam: { dataDir: join(directory, 'file') } }), {
      ...expected,
      message: /file is not a directory; free space/,
    })
    await assert.rejects(run({ command: 'STATUS', ipam: { dataDir: '/proc/1' } }), expected)
  })
})

describe('host-local with a directory that cannot be used', () => {
  it('says so in one line, with what to do', async (t) => {
    const { run } = testPool(t)
    await assert.rejects(run({ ipam: { dataDir: '/proc/nothing' } }), {
      code: 5,
      id: 'ipam/store-unusable',
      message:
        'Cannot mkdir /proc/nothing/lan: mkdir /proc/nothing: no such file or directory; free space on that file system, make it writable, or set ipam.dataDir',
    })
  })
})
