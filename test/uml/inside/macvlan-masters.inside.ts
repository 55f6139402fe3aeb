// SPDX-License-Identifier: Apache-2.0

// The macvlan plugin on masters of kinds that not every kernel has. `uml.test.ts` runs this file in a kernel that has them.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Bench } from '../../../src/plugins/kit/test-plugin.ts'
import { macvlan } from '../../../src/plugins/main/macvlan.ts'
import { checkLeaks, dig, ipOne, linkNames, runIn } from '../../netns/fixture.ts'

checkLeaks()

// What the host is told to make, each with a link m0.
const masters = {
  'a dummy': [['m0', 'type', 'dummy']],
  'a VLAN': [
    ['d0', 'type', 'dummy'],
    ['m0', 'link', 'd0', 'type', 'vlan', 'id', '100'],
  ],
  'a bond': [
    ['m0', 'type', 'bond', 'mode', 'active-backup'],
    ['d0', 'master', 'm0', 'type', 'dummy'],
  ],
} as const

describe('macvlan', () => {
  for (const [what, links] of Object.entries(masters)) {
    it(`takes ${what} as its master, under a name that the host has too`, async () => {
      using bench = await Bench.create(macvlan, {
        config: { master: 'm0', ipam: { type: 'static', addresses: [{ address: '10.1.2.3/24' }] } },
        prepareHost: ({ host }) => {
          for (const link of links) runIn(host, 'ip', 'link', 'add', ...link)
          for (const name of linkNames(host)) runIn(host, 'ip', 'link', 'set', name, 'up')
          runIn(host, 'ip', 'link', 'add', 'net1', 'type', 'dummy')
        },
      })
      const container = bench.addContainer()
      const namespace = bench.namespaceOf(container)
      await bench.run('ADD', container, bench.configFor(container))
      const shown = ipOne(namespace, 'address', 'show', 'dev', 'net1')
      assert.equal(dig(shown, 'linkinfo', 'info_kind'), 'macvlan')
      assert.match(JSON.stringify(shown['addr_info']), /"local":"10\.1\.2\.3","prefixlen":24/)
      assert.equal(shown['link_index'], bench.host.links.get('m0')?.index)
      await bench.run('DEL', container, bench.configFor(container))
      assert.deepEqual(linkNames(namespace), ['lo'])
    })
  }
})
