// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { resolvConf } from './resolv-conf.ts'

const node = 'search example.test\nnameserver 192.0.2.53\n'

describe('resolvConf()', () => {
  it('points to the cluster by default', () => {
    assert.equal(
      resolvConf({ dnsPolicy: 'ClusterFirst', dnsConfig: undefined }, 'web', node),
      'search web.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    )
  })

  it('holds only what dnsConfig says with the policy None, as in the guide for VLANs', () => {
    const dnsConfig = {
      nameservers: ['192.168.0.1', '192.168.0.2'],
      searches: ['zencoffee.org'],
      options: [],
    }
    assert.equal(
      resolvConf({ dnsPolicy: 'None', dnsConfig }, 'default', node),
      'search zencoffee.org\nnameserver 192.168.0.1\nnameserver 192.168.0.2\n',
    )
  })

  it('adds dnsConfig to the file of the node with the policy Default, an option of the same name winning', () => {
    const dnsConfig = {
      nameservers: ['192.0.2.53'],
      searches: ['b.test'],
      options: [{ name: 'ndots', value: '2' }],
    }
    assert.equal(
      resolvConf({ dnsPolicy: 'Default', dnsConfig }, 'default', `${node}options ndots:1 rotate\n`),
      'search example.test b.test\nnameserver 192.0.2.53\noptions ndots:2 rotate\n',
    )
  })
})
