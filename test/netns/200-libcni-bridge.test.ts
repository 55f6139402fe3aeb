// SPDX-License-Identifier: Apache-2.0

// Upstream's bridge and host-local in real namespaces, run by our operations on networks and by upstream's cnitool in turn:
// what one has added the other checks and deletes.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import {
  addNetworkList,
  checkNetworkList,
  createExec,
  delNetworkList,
  loadNetwork,
} from '../../src/cni/index.ts'
import type { Libcni, NetworkConfigList, RuntimeConf } from '../../src/cni/index.ts'
import { Namespace } from '../../src/linux/index.ts'
import { peerDirectory, withoutPeers } from '../parity/libcni-peers.ts'

const programs = ['cnitool', 'bridge', 'host-local']
const peers = peerDirectory(...programs) ?? ''
const skip = process.getuid?.() === 0 ? withoutPeers(...programs) : 'needs root to make network namespaces'

interface Ground {
  readonly libcni: Libcni
  readonly list: NetworkConfigList
  readonly runtime: RuntimeConf
  /** Runs a verb of cnitool for the same attachment on the same cache. */
  readonly cnitool: (verb: string) => { status: number | null; text: string }
  /** The IPv4 addresses of the container's eth0, as `ip` tells them; undefined when there is no such link. */
  readonly addresses: () => string[] | undefined
  /** The names of the links of the host. */
  readonly hostLinks: () => string[]
  readonly allocations: () => string[]
  readonly cached: () => string[]
}

function prepare(t: TestContext): Ground {
  const directory = mkdtempSync(join(tmpdir(), 'plait-bridge-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const [host, container] = [Namespace.create(), Namespace.create()]
  t.after(() => host[Symbol.dispose]())
  t.after(() => container[Symbol.dispose]())
  for (const name of ['bin', 'net.d', 'cache']) mkdirSync(join(directory, name))
  // The plugin runs in the host's namespace, wherever its caller is.
  const script = `#!/bin/sh\nexec nsenter --net=${host.path} "${peers}/bridge"\n`
  writeFileSync(join(directory, 'bin/bridge'), script, { mode: 0o755 })
  writeFileSync(join(directory, 'net.d/10-net.conflist'), JSON.stringify(network(directory)))
  const path = [join(directory, 'bin'), peers]
  const id = createHash('sha512').update(container.path).digest('hex').slice(0, 20)
  return {
    libcni: { invoke: createExec(), cacheDir: join(directory, 'cache'), path },
    list: loadNetwork(join(directory, 'net.d'), 'net'),
    runtime: {
      containerId: `cnitool-${id}`,
      netns: container.path,
      ifName: 'eth0',
      args: [],
      capabilityArgs: {},
    },
    cnitool: (verb) => runCnitool(verb, directory, { path, netns: container.path }),
    addresses: () => readAddresses(container),
    hostLinks: () => readLinks(host).filter((name) => name !== 'lo'),
    allocations: () => readdirSync(join(directory, 'ipam/net')).filter((name) => /^\d/.test(name)),
    cached: () => readdirSync(join(directory, 'cache/results')),
  }
}

function network(directory: string): object {
  const ipam = { type: 'host-local', dataDir: join(directory, 'ipam'), subnet: '10.77.0.0/24' }
  return {
    cniVersion: '1.1.0',
    name: 'net',
    plugins: [{ type: 'bridge', bridge: 'cni0', isGateway: true, ipam }],
  }
}

function runCnitool(
  verb: string,
  directory: string,
  { path, netns }: { path: readonly string[]; netns: string },
): { status: number | null; text: string } {
  const script =
    'mount -t tmpfs none /var/lib && mkdir /var/lib/cni && mount --bind "$1" /var/lib/cni && exec "$2" "$3" net "$4"'
  const args = [
    '--mount',
    'sh',
    '-c',
    script,
    'sh',
    join(directory, 'cache'),
    join(peers, 'cnitool'),
    verb,
    netns,
  ]
  const env = { ...process.env, CNI_PATH: path.join(':'), NETCONFPATH: join(directory, 'net.d') }
  const { status, stdout, stderr } = spawnSync('unshare', args, { env, encoding: 'utf8', timeout: 30_000 })
  return { status, text: stdout + stderr }
}

function readAddresses(container: Namespace): string[] | undefined {
  if (!readLinks(container).includes('eth0')) return undefined
  const text = container.run(() =>
    execFileSync('ip', ['-j', '-4', 'address', 'show', 'dev', 'eth0'], { encoding: 'utf8' }),
  )
  const links: { addr_info: { local: string; prefixlen: number }[] }[] = JSON.parse(text)
  return links.flatMap(({ addr_info: addresses }) => addresses.map((one) => `${one.local}/${one.prefixlen}`))
}

function readLinks(namespace: Namespace): string[] {
  const text = namespace.run(() => execFileSync('ip', ['-j', 'link'], { encoding: 'utf8' }))
  const links: { ifname: string }[] = JSON.parse(text)
  return links.map(({ ifname }) => ifname)
}

describe('libcni with the bridge plugin of upstream', { skip }, () => {
  test('what we add is there, can be checked by cnitool, and is gone when cnitool deletes it', async (t) => {
    const ground = prepare(t)
    const result = await addNetworkList(ground.libcni, ground.list, ground.runtime)
    assert.deepEqual(
      ground.addresses(),
      result.ips?.map(({ address }) => address),
    )
    assert.deepEqual(ground.allocations(), ['10.77.0.2'])
    assert.equal(result.interfaces?.length, 3)
    assert.deepEqual(ground.cnitool('check'), { status: 0, text: '' })
    assert.deepEqual(ground.cnitool('del'), { status: 0, text: '' })
    assert.equal(ground.addresses(), undefined)
    assert.deepEqual([ground.allocations(), ground.cached(), ground.hostLinks()], [[], [], ['cni0']])
  })

  test('what cnitool adds we check and delete', async (t) => {
    const ground = prepare(t)
    assert.equal(ground.cnitool('add').status, 0)
    assert.deepEqual(ground.addresses(), ['10.77.0.2/24'])
    await checkNetworkList(ground.libcni, ground.list, ground.runtime)
    await delNetworkList(ground.libcni, ground.list, ground.runtime)
    assert.equal(ground.addresses(), undefined)
    assert.deepEqual([ground.allocations(), ground.cached(), ground.hostLinks()], [[], [], ['cni0']])
  })

  test('CHECK fails when the address was taken away', async (t) => {
    const ground = prepare(t)
    await addNetworkList(ground.libcni, ground.list, ground.runtime)
    execFileSync('nsenter', [`--net=${ground.runtime.netns}`, 'ip', 'address', 'flush', 'dev', 'eth0'])
    await assert.rejects(checkNetworkList(ground.libcni, ground.list, ground.runtime), {
      name: 'CniError',
      message: /10\.77\.0\.2/,
    })
    await delNetworkList(ground.libcni, ground.list, ground.runtime)
  })

  test('DEL releases the address when the result is corrupt and the namespace is not given', async (t) => {
    const ground = prepare(t)
    await addNetworkList(ground.libcni, ground.list, ground.runtime)
    const [file = ''] = ground.cached()
    writeFileSync(join(ground.libcni.cacheDir, 'results', file), '{"kind":"cniCach')
    await delNetworkList(ground.libcni, ground.list, { ...ground.runtime, netns: '' })
    assert.deepEqual(ground.allocations(), [])
    assert.deepEqual(ground.cached(), [`${file}.corrupt`])
    await delNetworkList(ground.libcni, ground.list, ground.runtime)
    assert.ok(existsSync(join(ground.libcni.cacheDir, 'results', `${file}.corrupt`)))
  })
})
