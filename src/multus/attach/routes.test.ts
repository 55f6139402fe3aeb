// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCidr, parseIp } from '../../base/index.ts'
import { FakePodNamespace } from '../fakes/fake-pod-namespace.ts'
import { changeKernelRoutes } from './routes.ts'

function pod(): FakePodNamespace {
  const namespace = new FakePodNamespace()
  for (const name of ['eth0', 'net1']) namespace.addLink(name)
  namespace.addRoute('eth0', { dst: parseCidr('0.0.0.0/0'), gateway: parseIp('10.88.0.1') })
  namespace.addRoute('eth0', { dst: parseCidr('::/0'), gateway: parseIp('fd00::1') })
  namespace.addRoute('eth0', { dst: parseCidr('10.88.0.0/24') })
  return namespace
}

describe('changeKernelRoutes()', () => {
  test('removes the default routes of the families and of that interface only (GW-5)', () => {
    const namespace = pod()
    changeKernelRoutes(namespace, 'eth0', { remove: [4], add: [] })
    assert.deepEqual(namespace.lines.slice(2), ['default via fd00::1 dev eth0', '10.88.0.0/24 dev eth0'])
    changeKernelRoutes(namespace, 'net1', { remove: [4, 6], add: [] })
    assert.deepEqual(namespace.lines.slice(2), ['default via fd00::1 dev eth0', '10.88.0.0/24 dev eth0'])
  })

  test('adds the gateways afterwards (GW-7)', () => {
    const namespace = pod()
    changeKernelRoutes(namespace, 'eth0', { remove: [4, 6], add: [] })
    const add = ['10.0.0.1', 'fd01::1'].map(parseIp)
    changeKernelRoutes(namespace, 'net1', { remove: [4, 6], add })
    assert.deepEqual(namespace.lines.slice(2), [
      '10.88.0.0/24 dev eth0',
      'default via 10.0.0.1 dev net1',
      'default via fd01::1 dev net1',
    ])
  })

  test('does not take a route that is in the way for success (BUG-2)', () => {
    assert.throws(() => changeKernelRoutes(pod(), 'net1', { remove: [], add: [parseIp('10.0.0.1')] }), {
      id: 'multus/default-route-failed',
      message: /^error setting default gateway: 10\.0\.0\.1: .*file exists$/,
    })
  })

  test('touches no other interface when the plugin renamed its own (BUG-37)', () => {
    const namespace = pod()
    const before = namespace.lines
    changeKernelRoutes(namespace, 'renamed', { remove: [4, 6], add: [] })
    assert.deepEqual(namespace.lines, before)
    assert.throws(
      () => changeKernelRoutes(namespace, 'renamed', { remove: [4], add: [parseIp('10.0.0.1')] }),
      {
        message: 'SetDefaultGW: Error getting link: no interface renamed in the pod',
      },
    )
  })

  test('does nothing for no change', () => {
    const namespace = pod()
    const before = namespace.lines
    changeKernelRoutes(namespace, 'eth0', { remove: [], add: [] })
    assert.deepEqual(namespace.lines, before)
  })
})
