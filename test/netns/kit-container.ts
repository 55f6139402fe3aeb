// SPDX-License-Identifier: Apache-2.0

// For the tests of the plugin kit: a container with a card, and results to apply to it.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { CniResult } from '../../src/cni/index.ts'
import type { Link, Namespace } from '../../src/linux/index.ts'
import { configureInterface } from '../../src/plugins/kit/configure-interface.ts'
import { makeCard, makeHostAndContainer, runIn } from './fixture.ts'

/** Ends what takes too long. */
export const signal = AbortSignal.timeout(60_000)

/** A container with a card `eth0`, on which addresses need no duplicate address detection. */
export function makeContainer(t: TestContext): { container: Namespace; link: Link } {
  const { container } = makeHostAndContainer(t)
  container.writeSysctl('net/ipv6/conf/default/accept_dad', '0')
  makeCard(container, 'eth0')
  runIn(container, 'ip', 'link', 'set', 'eth0', 'down')
  return { container, link: linkOf(container, 'eth0') }
}

/** A link that has to be there. */
export function linkOf(namespace: Namespace, name: string): Link {
  const link = namespace.links.get(name)
  assert.ok(link)
  return link
}

/** A result about eth0. */
export function resultWith(parts: CniResult): CniResult {
  return { interfaces: [{ name: 'eth0', sandbox: '/x' }], ...parts }
}

/** A result with addresses and routes of both families. */
export const both: CniResult = resultWith({
  ips: [
    { interface: 0, address: '10.1.2.3/24', gateway: '10.1.2.1' },
    { interface: 0, address: 'fd00:1::3/64', gateway: 'fd00:1::1' },
  ],
  routes: [
    { dst: '10.5.0.0/16' },
    { dst: 'fd00:5::/48', gw: 'fd00:1::9', mtu: 1400, advmss: 1300 },
    { dst: '10.6.0.0/16', gw: '10.1.2.9', mtu: 1300, advmss: 1200, priority: 7, table: 300 },
    { dst: '10.7.0.0/16', scope: 253 },
  ],
})

/** Gives eth0 of the container what the result says. */
export async function configure(container: Namespace, result: CniResult): Promise<void> {
  await configureInterface({ container, ifName: 'eth0', signal }, result)
}
