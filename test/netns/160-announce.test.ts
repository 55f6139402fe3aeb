// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCidr, parseIp, waitFor } from '../../src/base/index.ts'
import { IFA_F_NODAD, NUD_STALE } from '../../src/linux/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { checkLeaks, ip, linkIndex, makeHostAndContainer, skip, waitForCarrier } from './fixture.ts'

checkLeaks()

const [oldMac, newMac] = ['02:00:00:00:00:0a', '02:00:00:00:00:0b']

/** A cable between both namespaces; the host has an address of each family on it. */
async function connect(host: Namespace, container: Namespace): Promise<{ far: number; near: number }> {
  host.links.create({ kind: 'veth', name: 'far', peer: { name: 'eth0', mac: newMac, namespace: container } })
  const [far, near] = [linkIndex(host, 'far'), linkIndex(container, 'eth0')]
  host.links.set(far, { up: true })
  container.links.set(near, { up: true })
  for (const text of ['10.1.2.1/24', 'fd00::1/64']) {
    host.addresses.add(far, { address: parseCidr(text), flags: IFA_F_NODAD })
  }
  await waitForCarrier(host, 'far')
  return { far, near }
}

describe('announce()', { skip }, () => {
  test('corrects what a neighbour remembers, for both families', async (t) => {
    const { host, container } = makeHostAndContainer(t)
    const { far, near } = await connect(host, container)
    const addresses = ['10.1.2.3', 'fd00::3'].map(parseIp)
    for (const destination of addresses) {
      host.neighbours.add({ ifIndex: far, destination, mac: oldMac, state: NUD_STALE })
    }
    container.announce(near, newMac, addresses)
    const remembered = (): unknown[] =>
      ip(host, 'neighbour', 'show', 'dev', 'far')
        .filter(({ dst }) => dst === '10.1.2.3' || dst === 'fd00::3')
        .map(({ lladdr }) => lladdr)
    const corrected = (): boolean => remembered().every((mac) => mac === newMac)
    await waitFor(corrected, { timeoutMs: 3000, what: 'the neighbours to learn' })
    assert.equal(remembered().length, 2)
  })

  test('fails on a link that is down or missing', (t) => {
    const { container } = makeHostAndContainer(t)
    container.links.create({ kind: 'bridge', name: 'br0' })
    const announce = (index: number): void => container.announce(index, newMac, [parseIp('10.1.2.3')])
    assert.throws(() => announce(linkIndex(container, 'br0')), { code: 'ENETDOWN' })
    assert.throws(() => announce(4711), { code: 'ENXIO' })
  })
})

describe('findDuplicates()', { skip }, () => {
  test('gives the station that has an address, and nothing for a free one', async (t) => {
    const { host, container } = makeHostAndContainer(t)
    const { near } = await connect(host, container)
    const link = { index: near, mac: newMac }
    const taken = await container.findDuplicates(link, ['10.1.2.3', '10.1.2.1'].map(parseIp))
    const [far] = ip(host, 'link', 'show', 'dev', 'far')
    assert.deepEqual(taken, [{ mac: far?.['address'], address: parseIp('10.1.2.1') }])
    assert.deepEqual(await container.findDuplicates(link, [parseIp('10.1.2.3')]), [])
  })

  test('fails on a link that is down', async (t) => {
    const { container } = makeHostAndContainer(t)
    container.links.create({ kind: 'bridge', name: 'br0' })
    const link = { index: linkIndex(container, 'br0'), mac: newMac }
    await assert.rejects(container.findDuplicates(link, [parseIp('10.1.2.3')]), { code: 'ENETDOWN' })
  })
})
