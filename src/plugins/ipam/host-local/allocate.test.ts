// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { testPool } from './test-pool.ts'

describe('host-local ADD', () => {
  it('reserves an address in the files of the Go plugin', async (t) => {
    const { add, files, read, directory } = testPool(t)
    assert.deepEqual(await add(), ['10.1.2.2/29'])
    assert.deepEqual(files(), ['10.1.2.2', 'last_reserved_ip.0', 'lock'])
    assert.equal(read('10.1.2.2'), 'abc\r\neth0')
    assert.equal(read('last_reserved_ip.0'), '10.1.2.2')
    assert.equal(read('lock'), '')
    const mode = (name: string) => (statSync(join(directory, name)).mode & 0o777).toString(8)
    assert.deepEqual(['10.1.2.2', 'last_reserved_ip.0', 'lock'].map(mode), ['600', '600', '750'])
  })

  it('gives the next address, not the one that was given back last', async (t) => {
    const { add, run } = testPool(t)
    await add()
    await run({ command: 'DEL' })
    assert.deepEqual(await add(), ['10.1.2.3/29'])
    assert.deepEqual(await add({ id: 'b' }), ['10.1.2.4/29'])
  })

  it('comes round to addresses that are free again', async (t) => {
    const { add, run } = testPool(t)
    for (const id of ['a', 'b', 'c', 'd', 'e']) await add({ id })
    await run({ command: 'DEL', id: 'b' })
    assert.deepEqual(await add({ id: 'f' }), ['10.1.2.3/29'])
  })

  it('gives one address of every set, that of the runtime first', async (t) => {
    const { add } = testPool(t, { subnet: '10.1.2.0/29', ranges: [[{ subnet: 'fd00:1::/64' }]] })
    const config = { runtimeConfig: { ipRanges: [[{ subnet: '10.8.0.0/24', rangeStart: '10.8.0.9' }]] } }
    assert.deepEqual(await add({ config }), ['10.8.0.9/24', '10.1.2.2/29', 'fd00:1::2/64'])
  })

  it('gives one container an address for each interface', async (t) => {
    const { add, run, held } = testPool(t)
    await add()
    assert.deepEqual(await add({ ifName: 'eth1' }), ['10.1.2.3/29'])
    await run({ command: 'DEL' })
    assert.deepEqual(held(), ['10.1.2.3'])
  })

  it('refuses a second address of a set for the same interface', async (t) => {
    const { add } = testPool(t)
    await add()
    await assert.rejects(add(), {
      code: 999,
      msg: 'failed to allocate for range 0: 10.1.2.2 has been allocated to abc, duplicate allocation is not allowed',
    })
  })

  it('gives an address that was asked for, from each place where one can ask', async (t) => {
    const { add } = testPool(t, {
      ranges: [[{ subnet: '10.1.2.0/29' }], [{ subnet: 'fd00:1::/64' }], [{ subnet: '10.3.0.0/16' }]],
    })
    const config = { args: { cni: { ips: ['fd00:1::55'] } }, runtimeConfig: { ips: ['10.3.4.5/16'] } }
    assert.deepEqual(await add({ args: 'IP=10.1.2.5', config }), [
      '10.1.2.5/29',
      'fd00:1::55/64',
      '10.3.4.5/16',
    ])
  })

  it('gives back what it had reserved when an address that was asked for cannot be given', async (t) => {
    const { add, held } = testPool(t, { ranges: [[{ subnet: '10.1.2.0/29' }], [{ subnet: '10.3.0.0/16' }]] })
    const ask = (...ips: string[]) => add({ config: { runtimeConfig: { ips } } })
    await assert.rejects(ask('10.1.2.5', '10.9.9.9', '10.9.9.8'), {
      msg: 'failed to allocate all requested IPs: 10.9.9.9 10.9.9.8',
      details:
        'the network has 10.1.2.1-10.1.2.6, 10.3.0.1-10.3.255.254; ask for addresses of these, or for none',
    })
    await assert.rejects(ask('10.3.0.1'), {
      msg: "failed to allocate for range 1: requested ip 10.3.0.1 is subnet's gateway",
    })
    assert.deepEqual(held(), [])
    await add({ id: 'other', config: { runtimeConfig: { ips: ['10.3.0.7'] } } })
    await assert.rejects(ask('10.3.0.7'), {
      msg: 'failed to allocate for range 1: requested IP address 10.3.0.7 is not available in range set 10.3.0.1-10.3.255.254',
      details: 'other/eth0 has it; ask for another one, or for none',
    })
    assert.deepEqual(held(), ['10.1.2.2', '10.3.0.7'])
  })

  it('names the pool and who holds it when no address is free', async (t) => {
    const { add } = testPool(t, { subnet: '10.1.2.0/30' })
    await add({ id: '0123456789abcdef'.repeat(4) })
    await assert.rejects(add({ id: 'late' }), {
      code: 999,
      id: 'ipam/range-exhausted',
      msg: 'failed to allocate for range 0: no IP addresses available in range set: 10.1.2.1-10.1.2.2',
      details:
        /^its only address is reserved in .*\/lan: 10\.1\.2\.2 by 0123456789abc…\/eth0; enlarge the range/,
    })
  })

  it('names a few holders of a large pool and counts the others', async (t) => {
    const { add, put } = testPool(t, { subnet: '10.1.2.0/24' })
    for (let last = 2; last < 255; last++) put(`10.1.2.${last}`, `id${last}\r\neth0`)
    await assert.rejects(add(), { details: /^all 253 addresses are .*, and 245 more; enlarge/ })
  })

  it('takes an empty file for the leftover of a full disk', async (t) => {
    const { add, put, read } = testPool(t, { subnet: '10.1.2.0/30' })
    put('10.1.2.2', '')
    assert.deepEqual(await add(), ['10.1.2.2/30'])
    assert.equal(read('10.1.2.2'), 'abc\r\neth0')
  })

  it('believes the files rather than its memory of them', async (t) => {
    const { add, put, remove, held, run } = testPool(t)
    await add({ id: 'a' })
    await add({ id: 'b' })
    // Another program gave 10.1.2.2 back and away again.
    remove('10.1.2.2')
    put('10.1.2.2', 'c\r\neth0')
    assert.deepEqual(await add({ id: 'a' }), ['10.1.2.4/29'])
    await assert.rejects(add({ id: 'b' }), /10\.1\.2\.3 has been allocated to b/)
    await run({ command: 'DEL', id: 'c' })
    assert.deepEqual(held(), ['10.1.2.3', '10.1.2.4'])
  })

  it('does not read a file again while nobody else changes the directory', async (t) => {
    const { add, put, run, held } = testPool(t)
    await add({ id: 'a' })
    // In place, which no program does; so it shows what is read.
    put('10.1.2.2', 'b\r\neth0')
    await run({ command: 'DEL', id: 'b' })
    assert.deepEqual(held(), ['10.1.2.2'])
    await run({ command: 'DEL', id: 'a' })
    assert.deepEqual(held(), [])
  })

  it('copies the routes, and the DNS of a resolv.conf', async (t) => {
    const { run, directory, put } = testPool(t)
    put('resolv.conf', 'nameserver 192.0.2.1\nsearch example\n')
    const routes = [
      { dst: '0.0.0.0/0' },
      { dst: 'FD00::/8', gw: 'FD00::1', mtu: 1400, priority: 0, table: 0 },
    ]
    const result = await run({ ipam: { routes, resolvConf: join(directory, 'resolv.conf') } })
    assert.deepEqual(result?.routes, [
      { dst: '0.0.0.0/0' },
      { dst: 'fd00::/8', gw: 'fd00::1', mtu: 1400, table: 0 },
    ])
    assert.deepEqual(result.dns, { nameservers: ['192.0.2.1'], search: ['example'] })
  })

  it('leaves nothing reserved when any of its writes fails', async (t) => {
    const { run, held, add } = testPool(t, {
      ranges: [[{ subnet: '10.1.2.0/29' }], [{ subnet: 'fd00:1::/64' }]],
    })
    await add({ id: 'other' })
    const before = held()
    for (const failAt of ['flock', 'create', 'write']) {
      await assert.rejects(run({ failAt }), /injected before/)
      assert.deepEqual(held(), before, failAt)
    }
  })
})
