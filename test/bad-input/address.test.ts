// SPDX-License-Identifier: Apache-2.0

// Addresses that cannot be given.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { checkLeaks, ipOne, skip as noNamespaces } from '../netns/fixture.ts'
import { skip as noShim } from '../shim/build-shim.ts'
import { assertRefused, useNode } from './refusal.ts'
import { macvlanOnCard } from './test-node.ts'
import type { TestPod } from './test-node.ts'

checkLeaks()

describe('an address that cannot be given', { skip: noShim || noNamespaces }, () => {
  const node = useNode()

  /** A pod that has its networks until it is disposed of. */
  async function attached(
    t: TestContext,
    networks: string | readonly object[],
  ): Promise<TestPod & AsyncDisposable> {
    const pod = node().addPod(t, networks)
    const { status, stdout } = await node().call('ADD', pod)
    assert.equal(status, 0, stdout)
    return {
      ...pod,
      [Symbol.asyncDispose]: async () => assert.equal((await node().call('DEL', pod)).status, 0),
    }
  }

  test('is refused when the subnet is exhausted, with the pool and who holds it', async (t) => {
    node().addNetwork('tiny', { ...macvlanOnCard, ipam: { type: 'host-local', subnet: '10.2.0.0/30' } })
    await using holder = await attached(t, 'tiny')
    await assertRefused(t, node(), {
      networks: 'tiny',
      refusal: {
        code: 999,
        msg: '[POD:tiny]: error adding container to network "tiny": failed to allocate for range 0: no IP addresses available in range set: 10.2.0.1-10.2.0.2',
        details: `its only address is reserved in /var/lib/cni/networks/tiny: 10.2.0.2 by ${holder.containerId}/net1; enlarge the range, or remove the files of containers that are gone`,
      },
    })
  })

  test('is refused when it lies outside of the ranges', async (t) => {
    await assertRefused(t, node(), {
      networks: [{ name: 'good', ips: ['10.9.9.9'] }],
      refusal: {
        code: 999,
        msg: '[POD:good]: error adding container to network "good": failed to allocate all requested IPs: 10.9.9.9',
        details: 'the network has 10.1.0.1-10.1.0.254; ask for addresses of these, or for none',
      },
    })
  })

  test('is refused when another pod has reserved it', async (t) => {
    const networks = [{ name: 'good', ips: ['10.1.0.50'] }]
    await using holder = await attached(t, networks)
    await assertRefused(t, node(), {
      networks,
      refusal: {
        code: 999,
        msg: '[POD:good]: error adding container to network "good": failed to allocate for range 0: requested IP address 10.1.0.50 is not available in range set 10.1.0.1-10.1.0.254',
        details: `${holder.containerId}/net1 has it; ask for another one, or for none`,
      },
    })
  })

  test('is refused when it is the gateway', async (t) => {
    await assertRefused(t, node(), {
      networks: [{ name: 'good', ips: ['10.1.0.1'] }],
      refusal: {
        code: 999,
        msg: '[POD:good]: error adding container to network "good": failed to allocate for range 0: requested ip 10.1.0.1 is subnet\'s gateway',
        details: 'ask for another one, or for none',
      },
    })
  })

  test('is refused when the configuration gives it to a second pod, with who has it', async (t) => {
    const ipam = { type: 'static', addresses: [{ address: '10.3.0.5/24' }] }
    node().addNetwork('fixed', { ...macvlanOnCard, ipam })
    await using holder = await attached(t, 'fixed')
    const { address: mac } = ipOne(holder.container, 'link', 'show', 'dev', 'net1')
    assert.ok(typeof mac === 'string')
    await assertRefused(t, node(), {
      networks: 'fixed',
      refusal: {
        code: 999,
        msg: `[POD:fixed]: error adding container to network "fixed": Cannot give address 10.3.0.5 to net1: the station with MAC ${mac} on its network has it already`,
        details:
          'give the pod another address, or set "duplicateAddresses": "warn" in the ipam section of the network',
      },
    })
  })

  test('is refused when nobody names one', async (t) => {
    node().addNetwork('nameless', { ...macvlanOnCard, ipam: { type: 'static' } })
    await assertRefused(t, node(), {
      networks: 'nameless',
      refusal: {
        code: 999,
        msg: '[POD:nameless]: error adding container to network "nameless": IPAM plugin returned missing IP config',
        details: 'static gave no address; name one in the ipam section, or ask for one',
      },
    })
  })
})
