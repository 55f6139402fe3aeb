// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatCidr, parseCidr, parseIp } from '../../src/base/index.ts'
import { NTF_ROUTER, NUD_PERMANENT, NUD_STALE } from '../../src/linux/index.ts'
import { checkLeaks, ip, makeCard, makeHostAndContainer, runIn, skip } from './fixture.ts'

checkLeaks()

describe('Rules', { skip }, () => {
  test('add() and remove() do what ip(8) sees, in small and large tables', (t) => {
    const { container } = makeHostAndContainer(t)
    const small = { family: 4, src: parseCidr('10.1.2.3/32'), table: 100 } as const
    const large = {
      family: 6,
      src: parseCidr('fd00::3/128'),
      dst: parseCidr('fd00:9::/32'),
      table: 3000,
      priority: 500,
    } as const
    container.rules.add(small)
    container.rules.add(large)
    assert.match(runIn(container, 'ip', 'rule'), /^32765:\tfrom 10\.1\.2\.3 lookup 100 *$/m)
    assert.match(runIn(container, 'ip', '-6', 'rule'), /^500:\tfrom fd00::3 to fd00:9::\/32 lookup 3000 *$/m)
    assert.throws(() => container.rules.add(large), { code: 'EEXIST' })
    container.rules.remove(small)
    container.rules.remove(large)
    assert.doesNotMatch(
      runIn(container, 'ip', 'rule') + runIn(container, 'ip', '-6', 'rule'),
      /lookup (?:100|3000)/,
    )
    assert.throws(() => container.rules.remove(small), { code: 'ENOENT' })
  })

  test('add() takes marks and interface names', (t) => {
    const { container } = makeHostAndContainer(t)
    container.rules.add({
      family: 4,
      mark: 0x10,
      mask: 0xf0,
      inputName: 'eth0',
      outputName: 'eth1',
      table: 7,
      priority: 9,
    })
    assert.match(
      runIn(container, 'ip', 'rule'),
      /^9:\tfrom all fwmark 0x10\/0xf0 iif eth0 \[detached\] oif eth1 \[detached\] lookup 7 *$/m,
    )
  })

  test('list() gives what ip(8) shows', (t) => {
    const { container } = makeHostAndContainer(t)
    container.rules.add({ family: 4, src: parseCidr('10.1.0.0/16'), table: 300, priority: 20 })
    const rules = container.rules.list()
    assert.deepEqual(
      rules.map(({ family, priority }) => [family, priority]),
      [
        ...ip(container, 'rule').map((rule) => [4, rule['priority']]),
        ...ip(container, '-6', 'rule').map((rule) => [6, rule['priority']]),
      ],
    )
    const found = container.rules.list({ family: 4 }).find(({ priority }) => priority === 20)
    assert.deepEqual([found?.table, found?.src && formatCidr(found.src)], [300, '10.1.0.0/16'])
    assert.ok(container.rules.list({ family: 6 }).every(({ family }) => family === 6))
  })
})

describe('Neighbours', { skip }, () => {
  test('add(), replace() and remove() do what ip(8) sees', (t) => {
    const { container } = makeHostAndContainer(t)
    const ifIndex = makeCard(container, 'eth0')
    const neighbour = { ifIndex, destination: parseIp('10.1.2.9'), mac: '02:00:00:00:00:09' }
    const shown = (): string => runIn(container, 'ip', '-4', 'neighbour', 'show').trim()
    container.neighbours.add(neighbour)
    assert.equal(shown(), '10.1.2.9 dev eth0 lladdr 02:00:00:00:00:09 PERMANENT')
    assert.throws(() => container.neighbours.add(neighbour), { code: 'EEXIST' })
    container.neighbours.replace({ ...neighbour, mac: '02:00:00:00:00:0a', state: NUD_STALE })
    assert.equal(shown(), '10.1.2.9 dev eth0 lladdr 02:00:00:00:00:0a STALE')
    container.neighbours.remove(neighbour)
    assert.deepEqual(
      container.neighbours.list({ ifIndex, family: 4 }).filter(({ mac }) => mac !== undefined),
      [],
    )
  })

  test('list() gives what ip(8) noted, by link and family', (t) => {
    const { container } = makeHostAndContainer(t)
    const ifIndex = makeCard(container, 'eth0')
    runIn(
      container,
      'ip',
      'neighbour',
      'add',
      'fd00::9',
      'lladdr',
      '02:00:00:00:00:09',
      'dev',
      'eth0',
      'router',
    )
    const expected = {
      ifIndex,
      destination: parseIp('fd00::9'),
      mac: '02:00:00:00:00:09',
      state: NUD_PERMANENT,
      flags: NTF_ROUTER,
    }
    const noted = (filter: object): unknown[] =>
      container.neighbours.list(filter).filter(({ state }) => state === NUD_PERMANENT)
    assert.deepEqual(noted({ ifIndex, family: 6 }), [expected])
    assert.deepEqual(noted({ family: 4 }), [])
    assert.deepEqual(noted({ ifIndex: 4711 }), [])
  })
})
