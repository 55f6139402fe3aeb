// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import * as v from 'valibot'
import { parseJson } from '../../src/base/index.ts'
import { checkout, reasonToSkip, Session } from './run-plait.ts'

const skip = reasonToSkip()

const runRecord = v.object({
  ok: v.boolean(),
  stages: v.array(
    v.object({
      name: v.string(),
      findings: v.array(
        v.object({ kind: v.string(), ok: v.boolean(), text: v.string(), detail: v.optional(v.string()) }),
      ),
      pods: v.array(
        v.object({
          name: v.string(),
          node: v.string(),
          interfaces: v.array(
            v.object({
              name: v.string(),
              observed: v.optional(v.object({ addresses: v.array(v.string()) })),
            }),
          ),
        }),
      ),
    }),
  ),
})

async function runJson(session: Session, args: readonly string[]) {
  const { code, stdout, stderr } = await session.run(['lab', 'run', ...args, '--output', 'json'])
  assert.notEqual(stdout, '', stderr)
  return { code, record: v.parse(runRecord, parseJson(stdout)) }
}

const names = readdirSync(join(checkout, 'scenarios'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

describe('the built-in scenarios', { skip, timeout: 600_000 }, () => {
  for (const name of names) {
    it(`${name} holds`, async () => {
      using session = new Session()
      const { code, record } = await runJson(session, [name])
      const failed = record.stages.flatMap(({ findings }) => findings.filter(({ ok }) => !ok))
      assert.deepEqual(failed, [])
      assert.equal(code, 0)
      assert.ok(record.stages.every(({ findings }) => findings.length > 0))
    })
  }

  it('two-macvlan gives three nodes pods with addresses of both networks, none twice', async () => {
    using session = new Session()
    const { record } = await runJson(session, ['two-macvlan'])
    const stage =
      record.stages.find(({ pods }) => pods.length === 5) ?? assert.fail('five pods were never there')
    const addresses = (nic: string): (string | undefined)[] =>
      stage.pods.map(({ interfaces }) => interfaces.find((one) => one.name === nic)?.observed?.addresses[0])
    assert.deepEqual(new Set(stage.pods.map(({ node }) => node)), new Set(['n1', 'n2', 'n3']))
    for (const [nic, pattern] of [
      ['net1', /^10\.1\.10\.2\d\d\/24$/],
      ['net2', /^10\.1\.20\.2\d\d\/24$/],
    ] as const) {
      assert.equal(new Set(addresses(nic)).size, 5)
      for (const address of addresses(nic)) assert.match(address ?? '', pattern)
    }
  })
})

describe('plait lab run', { skip, timeout: 300_000 }, () => {
  function copyScenario(session: Session, name: string, change: (expect: string) => string): string {
    const folder = join(session.directory, 'mine')
    cpSync(join(checkout, 'scenarios', name), folder, { recursive: true })
    const file = join(folder, 'expect.yaml')
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    return folder
  }

  it('exits 1 and names the expectations that do not hold', async () => {
    using session = new Session()
    const folder = copyScenario(session, 'missing-plugin', (text) =>
      text
        .replace('10.1.10.200-10.1.10.250/24', '10.1.10.100-10.1.10.120/24')
        .replace('to: [10.1.10.1]', 'to: [10.1.10.77]'),
    )
    const { code, stdout } = await session.run(['lab', 'run', folder])
    assert.equal(code, 1)
    assert.match(stdout, /2 of \d+ expectations do not hold/)
    assert.match(
      stdout,
      /expected that works net1 has one address of 10\.1\.10\.100-10\.1\.10\.120\/24, but it has 10\.1\.10\.200\/24/,
    )
    assert.match(stdout, /expected that works reaches 10\.1\.10\.77, but no answer came/)
  })

  it('tells why a pod does not run', async () => {
    using session = new Session()
    const folder = copyScenario(
      session,
      'missing-plugin',
      () => 'stages: [{ name: it cannot, apply: [fails.yaml], running: { fails: 1 }, withinSeconds: 3 }]',
    )
    const { code, record } = await runJson(session, [folder])
    assert.equal(code, 1)
    const [finding] = record.stages[0]?.findings ?? []
    assert.match(
      finding?.detail ?? '',
      /0 of 1 are ready after 3 s: .*failed to find plugin "macvaln" in path/,
    )
  })

  it('makes as many nodes as asked and writes the picture', async () => {
    using session = new Session()
    const svg = join(session.directory, 'picture.svg')
    const { code, stdout } = await session.run(['lab', 'run', 'two-macvlan', '--nodes', '2', '--svg', svg])
    assert.equal(code, 0, stdout)
    assert.equal(readFileSync(svg, 'utf8').match(/class="box"/g)?.length, 2)
    assert.equal(stdout.includes('\u001B['), false)
  })

  it('exits 2 with one line and what to do for a scenario that does not exist, and builds nothing', async () => {
    using session = new Session()
    const { code, stderr } = await session.run(['lab', 'run', 'no-such'])
    assert.equal(code, 2)
    assert.match(
      stderr,
      /^plait: Cannot find scenario no-such: .*built in are .*two-macvlan.*\n {2}lab\/scenario-unknown: /,
    )
    assert.equal(existsSync(session.stateDirectory), false)
  })

  it('exits 2 and names the place of a mistake in a scenario', async () => {
    using session = new Session()
    const folder = copyScenario(session, 'missing-plugin', (text) =>
      text.replace('interfaces:', 'interfaes:'),
    )
    const { code, stderr } = await session.run(['lab', 'run', folder])
    assert.equal(code, 2)
    assert.match(stderr, /mine\/expect\.yaml at stages\.0\.checks\.1: an expectation has one key, of /)
  })

  it('exits 2 when a node cannot be built, with the reason of the kernel', async () => {
    using session = new Session()
    const folder = copyScenario(session, 'missing-plugin', (text) => text)
    const file = join(folder, 'topology.yaml')
    // A bridge takes no loopback device as its port.
    writeFileSync(file, `${readFileSync(file, 'utf8')}  bridges: { br9: [lo] }\n`)
    const { code, stderr } = await session.run(['lab', 'run', folder])
    assert.equal(code, 2)
    assert.match(stderr, /^plait: .*invalid argument/m)
  })
})
