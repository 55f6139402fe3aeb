// SPDX-License-Identifier: Apache-2.0

// Upstream's own thick client, as it was built, with this daemon behind it.

import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import * as v from 'valibot'
import type { Namespace } from '../../src/linux/index.ts'
import { checkLeaks, ip, linkNames, makeNamespace, skip as noNamespaces } from '../netns/fixture.ts'
import { macvlanNetwork, pathFor, startDaemon } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { runShim } from '../shim/run-shim.ts'
import type { ShimEnd } from '../shim/run-shim.ts'

checkLeaks()

const path = join(process.env.PLAIT_PEERS ?? '/nowhere', 'bin/multus-shim')
const noShim = existsSync(path) ? false : "upstream's shim is not built (PLAIT_PEERS)"

const answer = v.object({ code: v.optional(v.number()), msg: v.optional(v.string()) })

interface Node {
  readonly daemon: RealDaemon
  readonly pod: Namespace
  readonly call: (command: string, more?: object) => Promise<ShimEnd>
}

/** A node whose default network is a macvlan with an address, for configurations of version 1.1.0. */
async function start(t: TestContext): Promise<Node> {
  const daemon = await startDaemon(t)
  const pod = makeNamespace(t)
  const network = { ...macvlanNetwork(daemon.directory), cniVersion: '1.1.0' }
  const call = (command: string, more: object = {}): Promise<ShimEnd> => {
    const env = {
      CNI_COMMAND: command,
      CNI_CONTAINERID: 'c1',
      CNI_NETNS: pathFor(pod),
      CNI_IFNAME: 'eth0',
      CNI_PATH: '/nowhere',
      CNI_ARGS: 'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1',
    }
    return runShim(path, { env, stdin: daemon.config([network], { cniVersion: '1.1.0', ...more }) })
  }
  return { daemon, pod, call }
}

function messageOf({ status, stdout }: ShimEnd): string {
  assert.equal(status, 1, stdout)
  return v.parse(answer, JSON.parse(stdout)).msg ?? ''
}

function reservations({ directory }: RealDaemon): string[] {
  const pool = join(directory, 'ipam/lan')
  return (existsSync(pool) ? readdirSync(pool) : []).filter((name) => /^\d/.test(name))
}

describe("upstream's shim", { skip: noShim || noNamespaces }, () => {
  test('attaches a pod, finds it in order, and takes it away', async (t) => {
    const { daemon, pod, call } = await start(t)
    const { status, stdout } = await call('ADD')
    assert.equal(status, 0, stdout)
    const result = v.parse(
      v.object({ cniVersion: v.literal('1.1.0'), ips: v.array(v.object({ address: v.string() })) }),
      JSON.parse(stdout),
    )
    assert.deepEqual(result.ips, [{ address: '10.1.0.2/24' }])
    assert.equal(ip(pod, 'address', 'show', 'dev', 'eth0').length, 1)
    const checked = await call('CHECK')
    assert.deepEqual([checked.status, checked.stdout], [0, ''])
    const deleted = await call('DEL')
    assert.deepEqual([deleted.status, deleted.stdout], [0, ''])
    assert.deepEqual(linkNames(pod), ['lo'])
    assert.deepEqual(reservations(daemon), [])
  })

  test('is told what CHECK misses, in the words around it that it always had', async (t) => {
    const { pod, call } = await start(t)
    assert.equal((await call('ADD')).status, 0)
    ip(pod, 'link', 'del', 'eth0')
    const message = messageOf(await call('CHECK'))
    assert.match(
      message,
      /^CmdCheck \(shim\): CNI request failed with status 400: 'ContainerID:"c1" Netns:".*" IfName:"eth0" Args:".*" Path:"" ERRORED: /,
    )
    assert.match(message, /eth0/)
  })

  test('gets STATUS, and the error of a network that cannot be had', async (t) => {
    const { call } = await start(t)
    const { status, stdout } = await call('STATUS')
    assert.deepEqual([status, stdout], [0, ''])
    const missing = { cniVersion: '1.1.0', name: 'lan', type: 'missing' }
    assert.match(messageOf(await call('STATUS', { delegates: [missing] })), /^CmdStatus \(shim\): .*missing/)
  })

  test('has GC free what no valid attachment holds', async (t) => {
    const { daemon, call } = await start(t)
    assert.equal((await call('ADD')).status, 0)
    const valid = { 'cni.dev/valid-attachments': [{ containerID: 'c1', ifname: 'eth0' }] }
    assert.equal((await call('GC', valid)).status, 0)
    assert.deepEqual(reservations(daemon), ['10.1.0.2'])
    assert.equal((await call('DEL')).status, 0)
    assert.equal((await call('GC', { 'cni.dev/valid-attachments': [] })).status, 0)
    assert.deepEqual(reservations(daemon), [])
  })

  test("gets upstream's text for an ADD that fails, and nothing is left", async (t) => {
    const { daemon, pod, call } = await start(t)
    const none = { ...macvlanNetwork(daemon.directory), cniVersion: '1.1.0', master: 'none' }
    assert.match(
      messageOf(await call('ADD', { delegates: [none] })),
      /^CmdAdd \(shim\): CNI request failed with status 400: 'ContainerID:"c1" .* ERRORED: error configuring pod \[default\/pod1\] networking: \[default\/pod1\/:lan\]: error adding container to network "lan": .*none/,
    )
    assert.deepEqual(linkNames(pod), ['lo'])
    assert.deepEqual(reservations(daemon), [])
  })
})
