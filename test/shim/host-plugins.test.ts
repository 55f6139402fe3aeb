// SPDX-License-Identifier: Apache-2.0

// Plugins that are programs, with the shim and the daemon as they are shipped. The witnesses: what the programs write
// down about who started them, and `ip`.

import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { waitFor } from '../../src/base/index.ts'
import { linkNames, makeNamespace, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from './build-shim.ts'
import { addressesOf, stop } from './call-shim.ts'
import { startNode } from './host-node.ts'
import { installPlugin, macvlanNetwork, startDaemon } from './real-daemon.ts'

const peers = join(process.env.PLAIT_PEERS ?? '/nowhere', 'bin')
const noPeers = existsSync(join(peers, 'tuning')) ? false : "upstream's plugins are not built (PLAIT_PEERS)"

const busybox = '/bin/busybox'
const noBusybox = existsSync(busybox) ? false : 'there is no busybox to put into another root'

const addAnswer = 'if [ "$CNI_COMMAND" = ADD ]; then echo "{\\"cniVersion\\": \\"1.0.0\\"}"; fi'
const foreign = (type: string): object => ({ cniVersion: '1.0.0', name: 'lan', type })
const soon = { timeoutMs: 15_000, what: 'the plugin' } as const

describe('plugins that are programs', { skip: noShim || noNamespaces }, () => {
  test('are run by the shim of the call, where the daemon does not see them', async (t) => {
    const { daemon, call, install, story } = await startNode(t)
    install('calico', addAnswer)
    const stdin = daemon.config([foreign('calico')])
    for (const command of ['ADD', 'CHECK', 'DEL']) {
      const { status, stdout } = await call({ command, stdin })
      assert.equal(status, 0, stdout)
    }
    assert.deepEqual(story(), [
      'ADD calico multus-shim',
      'CHECK calico multus-shim',
      'DEL calico multus-shim',
    ])
  })

  test('are run beside bundled ones, and for bundled ones that delegate to them', async (t) => {
    const container = makeNamespace(t)
    const { daemon, call, install, story } = await startNode(t, {}, container)
    install('calico', addAnswer)
    install(
      'whereabouts',
      'if [ "$CNI_COMMAND" = ADD ]; then echo "{\\"cniVersion\\": \\"1.0.0\\", \\"ips\\": [{\\"address\\": \\"10.9.0.7/24\\"}]}"; fi',
    )
    const lan = { ...macvlanNetwork(daemon.directory), ipam: { type: 'whereabouts' } }
    const stdin = daemon.config([{ cniVersion: '1.0.0', name: 'lan', plugins: [lan, { type: 'calico' }] }])
    assert.equal((await call({ command: 'ADD', stdin })).status, 0)
    assert.deepEqual(addressesOf(container), ['10.9.0.7'])
    assert.equal((await call({ command: 'DEL', stdin })).status, 0)
    assert.deepEqual(linkNames(container), ['lo'])
    const started = ['ADD whereabouts', 'ADD calico', 'DEL calico', 'DEL whereabouts']
    assert.deepEqual(
      story(),
      started.map((words) => `${words} multus-shim`),
    )
  })

  test('give the runtime the error that they print', async (t) => {
    const { daemon, call, install } = await startNode(t)
    install(
      'calico',
      'echo "{\\"cniVersion\\": \\"1.0.0\\", \\"code\\": 101, \\"msg\\": \\"no felix\\"}"; exit 1',
    )
    const { status, stdout } = await call({ command: 'ADD', stdin: daemon.config([foreign('calico')]) })
    assert.equal(status, 1)
    assert.match(JSON.parse(stdout).msg, /no felix/)
  })

  test('of upstream work in a chain with a bundled one', { skip: noPeers }, async (t) => {
    const container = makeNamespace(t)
    const { daemon, call } = await startNode(t, {}, container)
    const tuning = { type: 'tuning', sysctl: { 'net.ipv4.conf.eth0.arp_notify': '1' }, mtu: 1400 }
    const plugins = [macvlanNetwork(daemon.directory), tuning]
    const run = {
      stdin: daemon.config([{ cniVersion: '1.0.0', name: 'lan', plugins }]),
      env: { CNI_PATH: peers },
    }
    const added = await call({ command: 'ADD', ...run })
    assert.equal(added.status, 0, added.stdout)
    assert.equal(container.links.get('eth0')?.mtu, 1400)
    assert.equal(container.readSysctl('net/ipv4/conf/eth0/arp_notify')?.trim(), '1')
    for (const command of ['CHECK', 'DEL']) assert.equal((await call({ command, ...run })).status, 0)
    assert.deepEqual(linkNames(container), ['lo'])
  })

  test('come before a bundled one when the file of the daemon says so', async (t) => {
    const { daemon, call, install, story } = await startNode(t, { pluginPreference: { macvlan: 'host' } })
    const stdin = daemon.config([macvlanNetwork(daemon.directory)])
    assert.match(
      (await call({ command: 'ADD', id: 'before', stdin })).stdout,
      /10\.1\.0\.2/,
      'bundled: there is none',
    )
    assert.equal((await call({ command: 'DEL', id: 'before', stdin })).status, 0)
    install('macvlan', addAnswer)
    assert.equal((await call({ command: 'ADD', stdin })).status, 0)
    assert.deepEqual(story(), ['ADD macvlan multus-shim'])
  })

  test(
    'that are in no directory of CNI_PATH are run by the daemon, with "chrootDir" as their root',
    { skip: noBusybox },
    async (t) => {
      const hostRoot = mkdtempSync(join(tmpdir(), 'plait-root-'))
      t.after(() => rmSync(hostRoot, { recursive: true }))
      const { daemon, call } = await startNode(t, { chrootDir: hostRoot })
      installPlugin(daemon.directory, 'calico', 'exit 7')
      const bin = join(hostRoot, daemon.directory, 'bin')
      for (const directory of [bin, join(hostRoot, 'bin')]) mkdirSync(directory, { recursive: true })
      copyFileSync(busybox, join(hostRoot, 'bin/sh'))
      writeFileSync(join(bin, 'calico'), `#!/bin/sh\necho "$CNI_COMMAND" >>/diary\n${addAnswer}\n`, {
        mode: 0o755,
      })
      const stdin = daemon.config([foreign('calico')])
      for (const command of ['ADD', 'DEL']) {
        const { status, stdout } = await call({ command, stdin })
        assert.equal(status, 0, stdout)
      }
      assert.equal(readFileSync(join(hostRoot, 'diary'), 'utf8'), 'ADD\nDEL\n')
    },
  )

  test('are ended with the shim that the runtime kills, and the ADD is undone through the next shim that comes', async (t) => {
    const { daemon, call, install, story } = await startNode(t)
    const pidFile = join(daemon.directory, 'pid')
    install(
      'slow',
      `if [ "$CNI_COMMAND" = ADD ]; then echo $$ >${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 60; fi`,
    )
    const children: ChildProcess[] = []
    const stdin = daemon.config([foreign('slow')])
    const ended = call({ command: 'ADD', stdin, onStart: (child) => children.push(child) })
    await waitFor(() => existsSync(pidFile), soon)
    children[0]?.kill('SIGKILL')
    await ended
    await waitFor(() => !existsSync(`/proc/${readFileSync(pidFile, 'latin1').trim()}`), soon)
    assert.deepEqual(story(), ['ADD slow multus-shim'])
    // As containerd does every 5 seconds.
    const poll = async (): Promise<boolean> => {
      await call({ command: 'STATUS', stdin: daemon.config([foreign('slow')], { cniVersion: '1.1.0' }) })
      return story().includes('DEL slow multus-shim')
    }
    await waitFor(poll, { ...soon, intervalMs: 200 })
  })

  test('take away what a spooled DEL is about, through the next shim that comes', async (t) => {
    const { daemon, call, install, story, spool } = await startNode(t)
    install('calico', addAnswer)
    const stdin = daemon.config([foreign('calico')])
    assert.equal((await call({ command: 'ADD', stdin })).status, 0)
    await stop(daemon, 'SIGKILL')
    const del = await call({ command: 'DEL', stdin, env: { PLAIT_SHIM_WAIT_SECONDS: '0' } })
    assert.deepEqual([del.status, del.stdout], [0, ''])
    assert.equal(readdirSync(spool).length, 1)
    const next = await startDaemon(t, { spoolDir: spool })
    const status = JSON.stringify({
      ...JSON.parse(stdin),
      cniVersion: '1.1.0',
      daemonSocketDir: join(next.directory, 'run'),
    })
    const poll = async (): Promise<boolean> => {
      await call({ command: 'STATUS', stdin: status })
      return readdirSync(spool).length === 0
    }
    await waitFor(poll, { ...soon, intervalMs: 200 })
    assert.deepEqual(
      story().filter((line) => !line.startsWith('STATUS')),
      ['ADD calico multus-shim', 'DEL calico multus-shim'],
    )
  })
})
