// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseTopology } from './parse-topology.ts'

const minimal = `
about: a test
networks:
  uplink: { subnet: 10.1.1.0/24 }
  lan: { subnet: 10.1.10.0/24, vlan: 10 }
routers:
  r1: { lan: [10.1.10.1/24] }
controlPlane: { network: uplink, address: 10.1.1.2/24 }
nodes:
  count: 2
  nics:
    eth0: { network: uplink, address: 10.1.1.5/24 }
    ens6: { network: lan }
`

function refusal(text: string): string {
  try {
    parseTopology(text, 'x/topology.yaml')
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return 'accepted'
}

describe('parseTopology()', () => {
  it('counts nodes out: names, addresses and pod subnets go up by one', () => {
    const { nodes } = parseTopology(minimal, 'x')
    assert.deepEqual(
      nodes.map(({ name, podSubnet, nics }) => [name, podSubnet, nics[0]?.address, nics[1]?.address]),
      [
        ['n1', '10.233.1.0/24', '10.1.1.5/24', undefined],
        ['n2', '10.233.2.0/24', '10.1.1.6/24', undefined],
      ],
    )
  })

  it('makes as many nodes as asked instead of what the file says', () => {
    assert.equal(parseTopology(minimal, 'x', { nodes: 4 }).nodes.length, 4)
  })

  it('keeps the order of NICs and reads networks and routers', () => {
    const topology = parseTopology(minimal, 'x')
    assert.deepEqual(topology.networks[1], { name: 'lan', subnet: '10.1.10.0/24', vlan: 10 })
    assert.deepEqual(topology.routers, [
      { name: 'r1', interfaces: [{ network: 'lan', addresses: ['10.1.10.1/24'] }] },
    ])
    assert.deepEqual(
      topology.nodes[0]?.nics.map(({ name }) => name),
      ['eth0', 'ens6'],
    )
  })

  it('sets the pools of host-local apart from the second node on', () => {
    const { nodes } = parseTopology(`${minimal}  lastReserved: { lan: 10.1.10.209 }\n`, 'x', { nodes: 3 })
    const path = '/var/lib/cni/networks/lan/last_reserved_ip.0'
    assert.deepEqual(
      nodes.map(({ files }) => files[path]),
      [undefined, '10.1.10.209', '10.1.10.219'],
    )
  })

  it('gives single nodes settings of their own', () => {
    const { nodes } = parseTopology(
      `${minimal}  daemon: { logLevel: debug }\n  only: { n2: { daemon: { namespaceIsolation: true } } }\n`,
      'x',
    )
    assert.deepEqual(
      nodes.map(({ daemon }) => daemon),
      [{ logLevel: 'debug' }, { logLevel: 'debug', namespaceIsolation: true }],
    )
  })

  it('names the file and the place of a mistake', () => {
    const text = minimal.replace('network: lan }', 'network: lan, adress: 1 }')
    assert.match(refusal(text), /^Cannot read x\/topology\.yaml at nodes\.nics\.ens6\.adress: /)
  })

  it('refuses a network that does not exist, and says which there are', () => {
    assert.equal(
      refusal(minimal.replace('network: lan', 'network: wan')),
      'Cannot use x/topology.yaml: there is no network "wan" (there is uplink, lan)',
    )
  })

  it('refuses an address outside its network', () => {
    assert.match(
      refusal(minimal.replace('10.1.1.5/24', '10.9.9.9/24')),
      /10\.9\.9\.9\/24 of n1 is not in 10\.1\.1\.0\/24/,
    )
  })

  it('refuses an uplink without an address', () => {
    assert.match(
      refusal(minimal.replace(', address: 10.1.1.5/24', '')),
      /the first NIC of a node needs an address/,
    )
  })

  it('refuses names that the kernel would not take', () => {
    assert.match(refusal(minimal.replace('ens6:', 'a-name-that-is-too-long:')), /at most 15 letters/)
  })

  it('tells the line of bad YAML', () => {
    assert.match(refusal('a: [1\nb: 2'), /^Cannot read x\/topology\.yaml: .* at line \d/)
  })
})
