// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { isJsonObject, parseJson } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { CniError } from '../../src/cni/index.ts'
import { checkLeaks, dig, ipOne, linkNames, runIn, skip } from './fixture.ts'
import {
  environment,
  linkGroup,
  macvlan,
  makeNodeWithNetworks,
  makeSandbox,
  multusConfig,
  reservations,
} from './multus-node.ts'
import type { MultusNode } from './multus-node.ts'

checkLeaks()

async function failure(running: Promise<unknown>): Promise<CniError> {
  const error = await running.then(
    () => assert.fail('it succeeded'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof CniError)
  return error
}

function configBytes({ directory }: MultusNode): Buffer {
  return Buffer.from(JSON.stringify(multusConfig(directory)))
}

function nothingLeft(node: MultusNode): void {
  assert.deepEqual(linkNames(node.pod), ['lo'])
  assert.deepEqual(reservations(node), [])
  assert.deepEqual(
    linkNames(node.host).filter((name) => name.startsWith('veth')),
    [],
  )
  assert.deepEqual(readdirSync(join(node.directory, 'multus')), ['results'])
  assert.deepEqual(readdirSync(join(node.directory, 'multus', 'results')), [])
}

/** MAC and IPv4 address of an interface, as `ip` in the pod says them. */
function observed({ pod }: MultusNode, name: string): readonly unknown[] {
  const { addr_info: addresses } = ipOne(pod, '-4', 'address', 'show', 'dev', name)
  assert.ok(Array.isArray(addresses))
  return [
    ipOne(pod, 'link', 'show', 'dev', name)['address'],
    addresses.map((address) => dig(address, 'local')),
  ]
}

function reported({ cluster }: MultusNode): JsonObject[] {
  const value = parseJson(cluster.statuses.get('default/pod1') ?? '')
  assert.ok(Array.isArray(value))
  return value.filter((entry) => isJsonObject(entry))
}

describe('a pod with two more networks', { skip }, () => {
  it('has the interfaces that its status reports', async (t) => {
    const node = await makeNodeWithNetworks(t)
    await node.run('ADD')
    assert.deepEqual(linkNames(node.pod).toSorted(), ['eth0', 'lo', 'net1', 'net2'])
    for (const entry of reported(node)) {
      const { interface: name, mac, ips } = entry
      assert.ok(typeof name === 'string')
      assert.deepEqual([mac, ips], observed(node, name))
    }
    assert.deepEqual(
      reported(node).map(({ name, interface: link, default: isDefault }) => [name, link, isDefault]),
      [
        ['default-net', 'eth0', true],
        ['default/net-1', 'net1', undefined],
        ['default/net-2', 'net2', undefined],
      ],
    )
    await node.run('DEL')
    nothingLeft(node)
  })

  it('passes CHECK until something is changed', async (t) => {
    const node = await makeNodeWithNetworks(t)
    await node.run('ADD')
    await node.run('CHECK')
    runIn(node.pod, 'ip', 'address', 'flush', 'dev', 'net2')
    const error = await failure(node.run('CHECK'))
    assert.match(error.message, /^DelegateCheck: error invoking DelegateCheck - "macvlan"/)
    await node.run('DEL')
    nothingLeft(node)
  })

  it('leaves nothing after DEL, which can be repeated', async (t) => {
    const node = await makeNodeWithNetworks(t)
    await node.run('ADD')
    await node.run('DEL')
    await node.run('DEL')
    nothingLeft(node)
  })

  it('frees its addresses without network namespace, without record and without pod', async (t) => {
    const node = await makeNodeWithNetworks(t)
    await node.run('ADD')
    node.cluster.removePod({ namespace: 'default', name: 'pod1' })
    rmSync(join(node.directory, 'multus', 'c1'))
    await node.multus.handle({ ...environment('DEL', 'c1', ''), CNI_ARGS: '' }, configBytes(node))
    assert.deepEqual(reservations(node), [])
  })

  it('is gone after one removal of the group of its links', async (t) => {
    const node = await makeNodeWithNetworks(t)
    await node.run('ADD')
    const groups = ['eth0', 'net1', 'net2'].map(
      (name) => ipOne(node.pod, 'link', 'show', 'dev', name)['group'],
    )
    assert.deepEqual(groups, Array(3).fill(String(linkGroup)))
    await node.run('DEL')
    nothingLeft(node)
  })

  it('is taken back when the last network cannot be attached', async (t) => {
    const node = await makeNodeWithNetworks(t)
    node.cluster.putDefinition('default/net-2', { ...macvlan(node.directory, 2), master: 'ens9' })
    const error = await failure(node.run('ADD'))
    assert.match(
      error.message,
      /^\[default\/pod1\/uid-1:net-2\]: error adding container to network "net-2": .*ens9/,
    )
    nothingLeft(node)
  })

  it('is taken back when the status cannot be written', async (t) => {
    const node = await makeNodeWithNetworks(t)
    node.cluster.failures.status = new Error('the API is gone')
    assert.match(
      (await failure(node.run('ADD'))).message,
      /error setting the networks status: .*the API is gone/,
    )
    nothingLeft(node)
  })

  it('is refused without a change where an interface of the name exists (IF-2)', async (t) => {
    const node = await makeNodeWithNetworks(t)
    runIn(node.pod, 'ip', 'link', 'add', 'net2', 'type', 'veth', 'peer', 'name', 'other')
    assert.match(
      (await failure(node.run('ADD'))).message,
      /validateIfName: interface name net2 already exists$/,
    )
    assert.deepEqual(linkNames(node.pod).toSorted(), ['lo', 'net2', 'other'])
    assert.deepEqual(reservations(node), [])
  })
})

describe('GC on a node', { skip }, () => {
  it('frees what belongs to containers that the runtime no longer has', async (t) => {
    const node = await makeNodeWithNetworks(t, { networks: 'net-1' })
    const other = makeSandbox(t)
    await node.run('ADD')
    await node.run('ADD', { containerId: 'c2', pod: other })
    const before = reservations(node)
    const valid = [{ containerID: 'c1', ifname: 'eth0' }]
    await node.run('GC', { config: { 'cni.dev/valid-attachments': valid } })
    assert.deepEqual(readdirSync(join(node.directory, 'multus')).toSorted(), ['c1', 'results'])
    assert.equal(reservations(node).length, before.length / 2)
    await node.run('CHECK')
    await node.run('DEL')
    assert.deepEqual(reservations(node), [])
  })
})

describe('a path that is no network namespace', { skip }, () => {
  it('is named, and nothing is made', async (t) => {
    const node = await makeNodeWithNetworks(t)
    const stdin = Buffer.from(
      JSON.stringify({ name: 'n', cniVersion: '1.0.0', delegates: [{ type: 'bridge', name: 'x' }] }),
    )
    for (const [path, problem] of [
      ['/etc/passwd', 'unknown FS magic on "/etc/passwd"'],
      ['/run/netns/none', 'failed to Statfs "/run/netns/none": no such file or directory'],
    ] as const) {
      const error = await failure(node.multus.handle(environment('ADD', 'c1', path), stdin))
      assert.ok(
        error.message.includes(`validateIfName: no net namespace ${path} found: ${problem}`),
        error.message,
      )
    }
    const own = await failure(node.multus.handle(environment('ADD', 'c1', '/proc/self/ns/net'), stdin))
    assert.equal(own.code, 8)
  })
})
