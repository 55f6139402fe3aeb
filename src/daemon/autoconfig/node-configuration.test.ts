// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { silentLog, waitFor } from '../../base/index.ts'
import type { JsonObject } from '../../base/index.ts'
import { NodeConfiguration } from './node-configuration.ts'
import { readAutoconfigSettings } from './settings.ts'

const timing = { settleMs: 100, provisionalMs: 60_000, patienceMs: 400 }
const network = (name: string, ...more: readonly JsonObject[]): string =>
  JSON.stringify({ cniVersion: '1.0.0', name, plugins: [{ type: 'bridge' }, ...more] })

/** The directory of a node, and what the keeper of its configuration tells. */
class Node {
  readonly directory: string
  readonly conf: string
  readonly events: string[] = []
  readonly warnings: string[] = []
  problem: string | undefined

  constructor(t: TestContext, files: Readonly<Record<string, string>> = {}) {
    this.directory = mkdtempSync(join(tmpdir(), 'plait-autoconfig-'))
    t.after(() => rmSync(this.directory, { recursive: true }))
    mkdirSync(join(this.directory, 'net.d'))
    this.conf = join(this.directory, 'net.d/00-multus.conf')
    for (const [name, text] of Object.entries(files)) this.write(name, text)
  }

  start(daemon: JsonObject = {}): NodeConfiguration {
    const directory = join(this.directory, 'net.d')
    const root = {
      cniVersion: '1.0.0',
      cniConfigDir: directory,
      multusAutoconfigDir: directory,
      cniDir: join(this.directory, 'cache'),
      ...daemon,
    }
    const settings = readAutoconfigSettings(root, 'd.json') ?? assert.fail('nothing to do')
    return new NodeConfiguration(settings, {
      log: { ...silentLog, warn: (_, message) => this.warnings.push(message) },
      timing,
      setProblem: (problem) => (this.problem = problem),
      tellNode: (type, reason, message) => this.events.push(`${type} ${reason} ${message}`),
    })
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.directory, 'net.d', name), text)
  }

  remove(name: string): void {
    rmSync(join(this.directory, 'net.d', name))
  }

  /** What the runtime would hand to the shim; undefined where there is no configuration of ours. */
  get written(): { clusterNetwork: string; capabilities?: object } | undefined {
    return existsSync(this.conf) ? JSON.parse(readFileSync(this.conf, 'utf8')) : undefined
  }

  async wraps(name: string): Promise<void> {
    await this.until(
      `${name} to be wrapped`,
      () => this.written?.clusterNetwork.endsWith(`/${name}`) === true,
    )
  }

  async until(what: string, check: () => boolean): Promise<void> {
    await waitFor(check, { timeoutMs: 5000, what })
  }
}

describe('NodeConfiguration', () => {
  test('writes the configuration for root alone, and is then content', async (t) => {
    const node = new Node(t, { '10-flannel.conflist': network('cbr0') })
    await using _keeper = node.start()
    assert.equal(node.problem, 'it is not written yet')
    await node.wraps('10-flannel.conflist')
    await node.until('the problem to be gone', () => node.problem === undefined)
    assert.equal(statSync(node.conf).mode & 0o777, 0o600)
    assert.deepEqual([...node.events, ...node.warnings], [])
  })

  test('leaves the configuration in place, and no file of its own beside it', async (t) => {
    const node = new Node(t, { '10-flannel.conflist': network('cbr0') })
    {
      await using _keeper = node.start()
      await node.wraps('10-flannel.conflist')
    }
    assert.deepEqual(readdirSync(join(node.directory, 'net.d')), ['00-multus.conf', '10-flannel.conflist'])
  })

  test('does not write what is there already', async (t) => {
    const node = new Node(t, { '10-flannel.conflist': network('cbr0') })
    for (const _turn of [1, 2]) {
      await using _keeper = node.start()
      await node.until('the problem to be gone', () => node.problem === undefined)
    }
    const { ino } = statSync(node.conf)
    await using _keeper = node.start()
    await node.until('the problem to be gone', () => node.problem === undefined)
    assert.equal(statSync(node.conf).ino, ino)
  })

  test('takes the capabilities over when the default network gets new ones', async (t) => {
    const node = new Node(t, { '10-flannel.conflist': network('cbr0') })
    await using _keeper = node.start()
    await node.wraps('10-flannel.conflist')
    node.write(
      '10-flannel.conflist',
      network('cbr0', { type: 'portmap', capabilities: { portMappings: true } }),
    )
    await node.until('the capability', () => node.written?.capabilities !== undefined)
    assert.deepEqual(node.written?.capabilities, { portMappings: true })
  })

  test('keeps the last good configuration while the default network is half written or away', async (t) => {
    const node = new Node(t, { '10-flannel.conflist': network('cbr0') })
    await using _keeper = node.start()
    await node.wraps('10-flannel.conflist')
    const good = readFileSync(node.conf, 'utf8')
    node.write('10-flannel.conflist', '{"cniVersion": "1.0.0", "na')
    await node.until('the problem', () => node.problem?.includes('10-flannel.conflist') === true)
    assert.equal(readFileSync(node.conf, 'utf8'), good)
    node.remove('10-flannel.conflist')
    await node.until('the other problem', () => node.problem?.includes('is not there') === true)
    assert.equal(readFileSync(node.conf, 'utf8'), good)
    node.write('10-flannel.conflist', network('cbr0'))
    await node.until('the problem to be gone', () => node.problem === undefined)
  })

  test('says what it passes over where nothing else is there', async (t) => {
    const node = new Node(t, { '87-podman-bridge.conflist': network('podman') })
    await using _keeper = node.start()
    await node.until('the problem', () => node.problem !== 'it is not written yet')
    assert.match(
      node.problem ?? '',
      /no default network yet: there is none in .*87-podman-bridge\.conflist: it is/,
    )
    assert.equal(node.written, undefined)
  })

  test('waits after a reboot for the network that was in use: no other one is ever wrapped', async (t) => {
    const node = new Node(t, { '05-cilium.conflist': network('cilium') })
    {
      await using _keeper = node.start()
      await node.wraps('05-cilium.conflist')
    }
    node.remove('05-cilium.conflist')
    node.remove('00-multus.conf')
    const wrapped = new Set<string | undefined>()
    await using _keeper = node.start()
    const watched = node.until('cilium', () => {
      wrapped.add(node.written?.clusterNetwork)
      return wrapped.size > 1
    })
    for (const [name, text] of ['87-podman-bridge.conflist', '10-kube-ovn.conflist'].entries()) {
      node.write(text, network(`n${name}`))
      await node.until(text, () => node.problem?.includes('05-cilium.conflist, which was in use') === true)
    }
    node.write('05-cilium.conflist', network('cilium'))
    await watched
    assert.deepEqual([...wrapped], [undefined, join(node.directory, 'net.d/05-cilium.conflist')])
    assert.deepEqual(node.events, [])
  })

  test('tells the node when the default network changes', async (t) => {
    const node = new Node(t, { '10-old.conflist': network('old') })
    await using _keeper = node.start()
    await node.wraps('10-old.conflist')
    node.write('20-new.conflist', network('new'))
    node.remove('10-old.conflist')
    await node.wraps('20-new.conflist')
    assert.deepEqual(node.events, [
      'Normal DefaultNetworkChanged The default network of this node is now 20-new.conflist; before it was 10-old.conflist',
    ])
  })

  test('uses what the administrator chose, even a file that is passed over otherwise', async (t) => {
    const files = { '05-a.conflist': network('a'), '87-podman-bridge.conflist': network('p') }
    const node = new Node(t, files)
    {
      await using _keeper = node.start({ multusMasterCNI: '87-podman-bridge.conflist' })
      await node.wraps('87-podman-bridge.conflist')
    }
    await using _keeper = node.start()
    await node.wraps('05-a.conflist')
  })

  test('waits for the readiness indicator before it writes', async (t) => {
    const node = new Node(t, { '10-a.conflist': network('a') })
    const readinessindicatorfile = join(node.directory, 'ready')
    await using _keeper = node.start({ readinessindicatorfile })
    await node.until('the problem', () => node.problem?.includes('is not ready') === true)
    assert.equal(node.written, undefined)
    writeFileSync(readinessindicatorfile, '')
    await node.wraps('10-a.conflist')
  })

  test('wraps a network by its name without looking at files', async (t) => {
    const node = new Node(t)
    await using _keeper = node.start({ clusterNetwork: 'kube-system/flannel' })
    await node.until('the file', () => node.written !== undefined)
    assert.equal(node.written?.clusterNetwork, 'kube-system/flannel')
  })

  test('writes a version into the default network when told so', async (t) => {
    const node = new Node(t, {
      '10-a.conflist': JSON.stringify({ name: 'a', plugins: [{ type: 'bridge' }] }),
    })
    await using _keeper = node.start({ forceCNIVersion: true })
    await node.wraps('10-a.conflist')
    const file = readFileSync(join(node.directory, 'net.d/10-a.conflist'), 'utf8')
    assert.deepEqual(JSON.parse(file), { name: 'a', plugins: [{ type: 'bridge' }], cniVersion: '1.0.0' })
  })

  test('copies a file of the administrator byte for byte, again when it changes', async (t) => {
    const node = new Node(t)
    const multusConfigFile = join(node.directory, '70-multus.conf')
    const target = join(node.directory, 'net.d/70-multus.conf')
    await using _keeper = node.start({ multusConfigFile })
    await node.until(
      'the problem',
      () => node.problem?.startsWith(`Cannot copy ${multusConfigFile}`) === true,
    )
    for (const text of ['{ "a":  1 }\n', '{"a": 2}']) {
      writeFileSync(multusConfigFile, text)
      await node.until(text, () => existsSync(target) && readFileSync(target, 'utf8') === text)
    }
  })
})

describe('NodeConfiguration against a program that takes the file away', () => {
  test('puts it back within 2 s, five times, and then says who to stop', async (t) => {
    const node = new Node(t, { '05-cilium.conflist': network('cilium') })
    await using _keeper = node.start()
    await node.wraps('05-cilium.conflist')
    for (let turn = 0; turn < 5; turn++) {
      const begin = performance.now()
      renameSync(node.conf, `${node.conf}.cilium_bak`)
      await node.until('the file to be back', () => existsSync(node.conf))
      assert.ok(performance.now() - begin < 2000)
      assert.equal(node.problem, undefined)
    }
    renameSync(node.conf, `${node.conf}.cilium_bak`)
    await node.until('the problem', () => node.problem !== undefined)
    assert.match(
      node.problem ?? '',
      /renamed to 00-multus\.conf\.cilium_bak; it was put back 5 times\. With Cilium set cni\.exclusive=false, .*restart this daemon/,
    )
    assert.equal(node.events.length, 1)
    assert.match(node.events[0] ?? '', /^Warning MultusConfigTaken .*cni\.exclusive=false/)
    assert.equal(existsSync(node.conf), false)
    renameSync(`${node.conf}.cilium_bak`, node.conf)
    await node.until('the problem to be gone', () => node.problem === undefined)
  })

  test('puts it back when it was deleted or changed', async (t) => {
    const node = new Node(t, { '05-cilium.conflist': network('cilium') })
    await using _keeper = node.start()
    await node.wraps('05-cilium.conflist')
    rmSync(node.conf)
    await node.wraps('05-cilium.conflist')
    writeFileSync(node.conf, '{}')
    await node.until('the file to be ours', () => node.written?.clusterNetwork !== undefined)
  })
})
