// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { delay } from '../../src/base/index.ts'
import {
  checkLeaks,
  ipOne,
  linkIndex,
  linkNames,
  makeCard,
  makeHostAndContainer,
  runIn,
  skip,
} from './fixture.ts'

checkLeaks()

describe('Links that are there', { skip }, () => {
  test('get() and byIndex() give what ip(8) shows, and undefined for what is not there', (t) => {
    const { host } = makeHostAndContainer(t)
    makeCard(host, 'ens6')
    runIn(
      host,
      'ip',
      'link',
      'property',
      'add',
      'dev',
      'ens6',
      'altname',
      'enp0s6-with-a-long-name',
      'altname',
      'short',
    )
    const shown = ipOne(host, 'link', 'show', 'dev', 'ens6')
    const link = host.links.get('ens6')
    assert.ok(link)
    assert.deepEqual(
      [
        link.index,
        link.name,
        link.mac,
        link.mtu,
        link.operState,
        link.altNames,
        link.kind,
        link.txQueueLength,
      ],
      [
        shown['ifindex'],
        'ens6',
        shown['address'],
        shown['mtu'],
        'up',
        shown['altnames'],
        'veth',
        shown['txqlen'],
      ],
    )
    for (const again of [
      host.links.byIndex(link.index),
      host.links.get('enp0s6-with-a-long-name'),
      host.links.get('short'),
    ]) {
      assert.deepEqual(again, link)
    }
    assert.equal(host.links.get('ens7'), undefined)
    assert.equal(host.links.byIndex(4711), undefined)
    assert.equal(host.links.get('no-link-has-a-name-that-is-as-long-as-this'), undefined)
  })

  test('list() gives all links in one list, however many', (t) => {
    const { host } = makeHostAndContainer(t)
    for (let count = 0; count < 60; count++) host.links.create({ kind: 'bridge', name: `br${count}` })
    assert.deepEqual(
      host.links.list().map((link) => link.name),
      linkNames(host),
    )
  })

  test('list() gives every link that stays, while others come and go', async (t) => {
    const { host } = makeHostAndContainer(t)
    for (let count = 0; count < 100; count++) host.links.create({ kind: 'bridge', name: `stay${count}` })
    const lines = Array.from(
      { length: 10 },
      (_, count) => `link add c${count} type bridge\nlink delete c${count}\n`,
    )
    const child = host.run(() => spawn('ip', ['-batch', '-'], { stdio: ['pipe', 'ignore', 'inherit'] }))
    const exited = once(child, 'exit')
    child.stdin.end(lines.join(''))
    let lists = 0
    while (child.exitCode === null && lists < 2000) {
      const staying = host.links.list().filter(({ name }) => name.startsWith('stay'))
      assert.equal(new Set(staying.map(({ index }) => index)).size, 100)
      lists++
      await delay(1)
    }
    assert.deepEqual(await exited, [0, null])
    assert.ok(lists > 0)
  })

  test('move() puts a link into another namespace under another name', async (t) => {
    const { host, container } = makeHostAndContainer(t)
    const index = makeCard(host, 'ens6')
    await host.links.move(index, container, { name: 'net1' })
    assert.deepEqual([linkNames(container).includes('net1'), linkNames(host).includes('ens6')], [true, false])
    await assert.rejects(host.links.move(index, container), { code: 'ENODEV' })
  })

  test('remove() deletes many links side by side while other calls go on', async (t) => {
    const { host } = makeHostAndContainer(t)
    const names = Array.from({ length: 8 }, (_, index) => `br${index}`)
    for (const name of names) host.links.create({ kind: 'bridge', name, up: true })
    const removals = names.map((name) => host.links.remove(linkIndex(host, name)))
    host.links.create({ kind: 'bridge', name: 'stays' })
    await Promise.all(removals)
    assert.deepEqual(linkNames(host), ['lo', 'stays'])
    await assert.rejects(host.links.remove(4711), {
      code: 'ENODEV',
      message: 'RTM_DELLINK link 4711: no such device',
    })
  })

  test('removeGroup() deletes the links of one group', async (t) => {
    const { host, container } = makeHostAndContainer(t)
    const master = makeCard(host, 'ens6')
    for (const [name, group] of [
      ['a', 7],
      ['b', 7],
      ['c', 8],
    ] as const) {
      host.links.create({
        kind: 'macvlan',
        name,
        link: master,
        mode: 'bridge',
        namespace: container,
        group,
        up: true,
      })
    }
    await container.links.removeGroup(7)
    assert.deepEqual(linkNames(container), ['lo', 'c'])
    await assert.rejects(container.links.removeGroup(7), { code: 'ENODEV' })
  })

  test('removeGroup() refuses group 0, which would be everything', async (t) => {
    const { container } = makeHostAndContainer(t)
    container.links.create({ kind: 'bridge', name: 'br0' })
    await assert.rejects(container.links.removeGroup(0), /group of all other links/)
    assert.deepEqual(linkNames(container), ['lo', 'br0'])
  })
})
