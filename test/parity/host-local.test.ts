// SPDX-License-Identifier: Apache-2.0

// The same calls to upstream's host-local and to ours, in directories of their own: same answers, same files.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { TestContext } from 'node:test'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { parseResult } from '../../src/cni/index.ts'
import type { PluginInvocation } from '../../src/cni/index.ts'
import { hostLocal } from '../../src/plugins/ipam/host-local/index.ts'
import { environmentOf, ours as runOurs, programOf, theirs as runTheirs } from './ipam-calls.ts'
import type { Call } from './ipam-calls.ts'
import { withoutPeers } from './libcni-peers.ts'

const skip = withoutPeers('host-local')

/** What varies between calls; `ipam` is that of the whole configuration, `more` goes beside it. */
interface Case {
  readonly command?: PluginInvocation['command']
  readonly id?: string
  readonly ifName?: string
  readonly args?: string
  readonly cniVersion?: string
  readonly ipam?: JsonObject
  readonly more?: JsonObject
}

const base: JsonObject = { subnet: '10.1.2.0/28' }

function callOf({ cniVersion = '1.0.0', ipam = base, more, ...call }: Case, dataDir: string): Call {
  const config = {
    cniVersion,
    name: 'lan',
    type: 'x',
    ipam: { type: 'host-local', dataDir, ...ipam },
    ...more,
  }
  return { ...call, config }
}

const ours = (one: Case, dataDir: string) => runOurs(hostLocal, callOf(one, dataDir))
const theirs = (one: Case, dataDir: string) => runTheirs('host-local', callOf(one, dataDir))

/** Names, modes and contents of all files. */
function filesOf(dataDir: string): string[] {
  return readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const path = join(dataDir, name)
      const stat = statSync(path)
      const content = stat.isFile() ? JSON.stringify(readFileSync(path, 'latin1')) : 'directory'
      return `${name} ${(stat.mode & 0o777).toString(8)} ${content}`
    })
}

function makeDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'plait-parity-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

async function compare(
  t: TestContext,
  calls: readonly Case[],
  files: Readonly<Record<string, string>> = {},
): Promise<void> {
  const [left, right] = [makeDirectory(t), makeDirectory(t)]
  for (const directory of [left, right]) {
    mkdirSync(join(directory, 'lan'))
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(directory, 'lan', name), content, { mode: 0o600 })
  }
  for (const [index, call] of calls.entries()) {
    const [own, other] = [await ours(call, left), theirs(call, right)]
    assert.deepEqual(own, other, `call ${index}: ${JSON.stringify(call)}`)
    assert.deepEqual(filesOf(left), filesOf(right), `files after call ${index}: ${JSON.stringify(call)}`)
  }
}

const ips = (...list: string[]): JsonObject => ({ runtimeConfig: { ips: list } })
const dual = { ranges: [[{ subnet: '10.1.2.0/28' }], [{ subnet: 'fd00:0::/64' }]] }

describe('host-local beside upstream', { skip }, () => {
  it('gives the same addresses in every version', async (t) => {
    for (const cniVersion of ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']) {
      const call = {
        cniVersion,
        ipam: { ...dual, routes: [{ dst: '0.0.0.0/0' }, { dst: '::/0', gw: 'FD00::9' }] },
      }
      await compare(t, [
        call,
        { ...call, id: 'b' },
        { ...call, command: 'DEL' },
        { ...call, command: 'DEL' },
        call,
      ])
    }
  })

  it('rotates, runs out, refuses and gives back alike', async (t) => {
    const ipam = { subnet: '10.1.2.0/29', rangeStart: '10.1.2.3' }
    const add = (id: string): Case => ({ id, ipam })
    const del = (id: string): Case => ({ id, ipam, command: 'DEL' })
    await compare(t, [
      ...['a', 'b', 'a', 'c', 'd', 'e'].map(add),
      ...['c', 'a'].map(del),
      ...['f', 'g', 'h'].map(add),
      ...['b', 'd', 'f', 'g', 'h'].map(del),
      add('i'),
    ])
  })

  it('serves requested addresses alike', async (t) => {
    const args = (text: string): Case => ({ args: text })
    await compare(t, [
      args('IP=10.1.2.9'),
      { ...args('IP=10.1.2.9'), id: 'b' },
      { ...args('IP=10.1.2.1'), id: 'c' },
      { ...args('IP=10.7.0.1'), id: 'c' },
      { ...args('IP=10.1.2.x'), id: 'c' },
      { ...args('IP=10.1.2.4/28;IgnoreUnknown=1;A=B'), id: 'c' },
      { ...args('A=B'), id: 'd' },
      { id: 'e', ipam: dual, more: ips('fd00::5', '10.1.2.11/28') },
      { id: 'f', ipam: dual, more: { args: { cni: { ips: ['10.1.2.12'] } } } },
      {
        id: 'g',
        ipam: dual,
        more: { ...ips('10.1.2.13'), args: { cni: { ips: ['fd00::77'] } } },
        args: 'IP=10.7.7.7',
      },
      { id: 'h', more: ips('nonsense') },
    ])
  })

  it('takes ranges in all notations alike', async (t) => {
    const window = {
      subnet: '10.5.0.0/16',
      rangeStart: '10.5.7.1',
      rangeEnd: '10.5.7.9',
      gateway: '10.5.9.9',
    }
    const ranges = [[window, { subnet: '10.6.0.0/24' }]]
    await compare(t, [
      { ipam: window },
      { id: 'b', ipam: { ranges } },
      { id: 'c', ipam: { ...base, ranges } },
      { id: 'd', more: { runtimeConfig: { ipRanges: [[{ subnet: '10.8.0.0/24' }]] } } },
      { id: 'e', ipam: { Subnet: '10.9.0.0/24', RANGESTART: '10.9.0.7', gateway: null, unknown: 1 } },
      { id: 'f', ipam: { subnet: '10.10.0.0/24', rangeStart: '', rangeEnd: '10.10.0.255', gateway: '' } },
    ])
  })

  it('refuses ranges in the same words', async (t) => {
    const sets = (...list: JsonValue[]): JsonObject => ({ ranges: list })
    const bad: readonly JsonObject[] = [
      {},
      sets(),
      sets([]),
      sets([{}]),
      { subnet: '10.1.2.1/28' },
      { subnet: '10.1.2.0/31' },
      { subnet: 'fd00::/127' },
      { subnet: 'x' },
      { subnet: '' },
      { subnet: '010.1.2.0/24' },
      { subnet: '10.1.2.0/24', gateway: 'x' },
      { subnet: '10.1.2.0/24', rangeStart: '10.1.3.0' },
      { subnet: '10.1.2.0/24', rangeEnd: '10.1.3.0' },
      { subnet: '10.1.2.0/24', rangeEnd: '10.1.2.0' },
      { subnet: '10.1.2.0/24', rangeStart: '10.1.2.9', rangeEnd: '10.1.2.5' },
      { subnet: '10.1.2.0/24', rangeStart: 'fd00::1' },
      sets([{ subnet: '10.1.2.0/24' }, { subnet: 'fd00::/64' }]),
      sets([{ subnet: '10.1.2.0/24' }, { subnet: '10.1.2.0/25' }]),
      sets([{ subnet: '10.1.2.0/24' }], [{ subnet: '10.1.2.0/25' }]),
      sets([{ subnet: '10.1.2.0/24' }], [{ subnet: '10.1.2.0/25', gateway: 'y' }]),
      { subnet: '10.1.2.0/24', routes: [{ dst: 'x' }] },
      { subnet: '10.1.2.0/24', routes: [{ dst: '10.0.0.0/8', gw: 'x' }] },
      { subnet: '10.1.2.0/24', resolvConf: '/nonexistent' },
    ]
    await compare(
      t,
      bad.map((ipam) => ({ ipam })),
    )
    const two = sets([{ subnet: '10.1.2.0/24' }], [{ subnet: '10.1.3.0/24' }])
    await compare(t, [
      { cniVersion: '0.2.0', ipam: two },
      { cniVersion: '0.3.0', ipam: two },
    ])
    await compare(t, [
      { more: { ipam: null } },
      { more: { name: '../x' } },
      { id: '../x' },
      { ifName: 'a/b' },
    ])
  })

  it('reads a resolv.conf alike', async (t) => {
    const directory = makeDirectory(t)
    const path = join(directory, 'resolv.conf')
    writeFileSync(
      path,
      'nameserver 1.2.3.4 5\n;x y\n# y z\n domain a b\nsearch x y\nsearch z\noptions a:1 b\nfoo bar\n',
    )
    for (const cniVersion of ['0.2.0', '0.4.0', '1.0.0']) {
      await compare(t, [
        {
          cniVersion,
          ipam: { ...base, resolvConf: path, routes: [{ dst: '10.0.0.5/8', mtu: 9, scope: 0 }] },
        },
      ])
    }
  })

  it('understands files of other versions alike', async (t) => {
    const files = {
      '10.1.2.2': 'abc',
      '10.1.2.3': ' other\r\neth0 \n',
      '10.1.2.4': 'abc\r\neth1',
      'last_reserved_ip.0': 'x',
    }
    await compare(
      t,
      [
        {},
        { command: 'DEL', ifName: 'eth1' },
        { command: 'DEL' },
        { command: 'CHECK' },
        {},
        { command: 'CHECK' },
      ],
      files,
    )
    await compare(t, [{ id: 'n' }], { 'last_reserved_ip.0': '10.1.2.14' })
    await compare(t, [{ id: 'n' }], { 'last_reserved_ip.0': '10.99.2.14' })
  })

  it('shares a directory with it: what one gave the other checks and takes back', async (t) => {
    const directory = makeDirectory(t)
    await ours({ ipam: dual }, directory)
    theirs({ id: 'b', ipam: dual }, directory)
    assert.deepEqual(theirs({ command: 'CHECK', ipam: dual }, directory), { output: '' })
    assert.deepEqual(await ours({ command: 'CHECK', id: 'b', ipam: dual }, directory), { output: '' })
    theirs({ command: 'DEL', ipam: dual }, directory)
    await ours({ command: 'DEL', id: 'b', ipam: dual }, directory)
    assert.deepEqual(readdirSync(join(directory, 'lan')).toSorted(), [
      'last_reserved_ip.0',
      'last_reserved_ip.1',
      'lock',
    ])
  })

  it('gives 100 addresses to 50 of its processes and 50 of our calls at the same time, each once', async (t) => {
    const directory = makeDirectory(t)
    const ipam = { subnet: '10.1.2.0/24' }
    const calls = (prefix: string) =>
      Array.from({ length: 50 }, (_, index): Case => ({ id: `${prefix}${index}`, ipam }))
    const outputs = await Promise.all([
      ...calls('go').map((call) => runAside(call, directory)),
      ...calls('own').map((call) =>
        ours(call, directory).then(({ output = '', msg }) => output || JSON.stringify({ msg })),
      ),
    ])
    const addresses = outputs.map((output) => parseResult(JSON.parse(output), '1.0.0').ips?.[0]?.address)
    assert.equal(addresses.length, 100)
    assert.equal(
      new Set(addresses).size,
      100,
      outputs.find((output) => output.includes('msg')),
    )
    assert.equal(readdirSync(join(directory, 'lan')).filter((name) => name.startsWith('10.1.2.')).length, 100)
  })
})

function runAside(one: Case, dataDir: string): Promise<string> {
  const call = callOf(one, dataDir)
  return new Promise((resolve, reject) => {
    const options = { env: environmentOf(call), timeout: 30_000 }
    const child = execFile(programOf('host-local'), options, (error, stdout) => {
      if (stdout === '' && error !== null) reject(error)
      else resolve(stdout)
    })
    child.stdin?.end(JSON.stringify(call.config))
  })
}
