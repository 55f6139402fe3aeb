// SPDX-License-Identifier: Apache-2.0

// Bundled plugins that a runtime calls by their own names, with the shim and the daemon as they are shipped. The witness
// is `ip`.

import assert from 'node:assert/strict'
import { linkSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { linkNames, makeNamespace, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from './build-shim.ts'
import { callShim, stop } from './call-shim.ts'
import { shim, startNode } from './host-node.ts'
import { macvlanNetwork, startDaemon } from './real-daemon.ts'
import { runShim } from './run-shim.ts'
import type { ShimEnd } from './run-shim.ts'

/** A configuration with which each bundled plugin works alone. */
const configs: Readonly<Record<string, object>> = {
  bridge: { bridge: 'br0', ipam: {} },
  loopback: {},
  macvlan: { master: 'card', ipam: {} },
  'host-local': { ipam: { type: 'host-local', subnet: '10.8.0.0/24' } },
  static: { ipam: { type: 'static', addresses: [{ address: '10.8.0.9/24' }] } },
  sbr: {
    prevResult: {
      cniVersion: '1.0.0',
      interfaces: [{ name: 'lo', sandbox: '/x' }],
      ips: [{ interface: 0, address: '127.0.0.1/8' }],
    },
  },
}

describe('a link of the shim under the name of a bundled plugin', { skip: noShim || noNamespaces }, () => {
  test('runs that plugin, for each of them', async (t) => {
    const daemon = await startDaemon(t)
    const { loadPlugins } = await import('../../src/plugins/index.ts')
    assert.deepEqual([...(await loadPlugins()).keys()].toSorted(), Object.keys(configs).toSorted())
    for (const [index, [type, own]] of Object.entries(configs).entries()) {
      const container = makeNamespace(t)
      const path = join(daemon.directory, 'bin', type)
      if (index % 2 === 0) linkSync(shim, path)
      else symlinkSync(shim, path)
      const base = { cniVersion: '1.0.0', name: 'lan', type, daemonSocketDir: join(daemon.directory, 'run') }
      const ipam =
        'ipam' in own ? { ipam: { dataDir: join(daemon.directory, 'ipam'), ...Object(own.ipam) } } : {}
      const stdin = JSON.stringify({ ...base, ...own, ...(type === 'host-local' ? ipam : {}) })
      const run = {
        container,
        path,
        argv0: path,
        stdin,
        env: { CNI_IFNAME: type === 'loopback' || type === 'sbr' ? 'lo' : 'eth0' },
      }
      const added = await callShim({ command: 'ADD', ...run })
      assert.equal(added.status, 0, `${type}: ${added.stdout}`)
      assert.equal(JSON.parse(added.stdout).cniVersion, '1.0.0')
      assert.deepEqual((await callShim({ command: 'DEL', ...run })).stdout, '', type)
    }
  })

  test('names itself by the link', async (t) => {
    const daemon = await startDaemon(t)
    const path = join(daemon.directory, 'bin/bridge')
    symlinkSync(shim, path)
    const { stderr } = await runShim(path, { argv0: path })
    assert.match(stderr, /^CNI bridge plugin \(plait /)
  })
})

describe('a DEL that finds no daemon', { skip: noShim || noNamespaces }, () => {
  test('is done by the next one, for Multus and for a plugin alone', async (t) => {
    const container = makeNamespace(t)
    const { daemon, call, spool } = await startNode(t, {}, container)
    const stdin = daemon.config([macvlanNetwork(daemon.directory)])
    const alone = JSON.stringify({
      ...macvlanNetwork(daemon.directory),
      daemonSocketDir: join(daemon.directory, 'run'),
    })
    const env = { PLAIT_SHIM_WAIT_SECONDS: '0.3' }
    const link = join(daemon.directory, 'macvlan')
    linkSync(shim, link)
    const runAlone = async (command: string): Promise<ShimEnd> =>
      callShim({
        command,
        container,
        path: link,
        argv0: link,
        stdin: alone,
        env: { ...env, CNI_IFNAME: 'net9', PLAIT_SHIM_SPOOL_DIR: spool },
      })
    assert.equal((await call({ command: 'ADD', stdin })).status, 0)
    const added = await runAlone('ADD')
    assert.equal(added.status, 0, added.stdout)
    assert.deepEqual(linkNames(container).toSorted(), ['eth0', 'lo', 'net9'])
    await stop(daemon, 'SIGKILL')
    for (const _again of [1, 2]) {
      assert.equal((await call({ command: 'DEL', stdin, env })).status, 0)
      assert.equal((await runAlone('DEL')).status, 0)
    }
    assert.equal(readdirSync(spool).length, 2)
    await startDaemon(t, { spoolDir: spool })
    await waitFor(() => readdirSync(spool).length === 0, { timeoutMs: 10_000, what: 'the spool' })
    assert.deepEqual(linkNames(container), ['lo'])
    const leases = readdirSync(join(daemon.directory, 'ipam/lan')).filter((name) => /^\d/.test(name))
    assert.deepEqual(leases, [])
  })
})
