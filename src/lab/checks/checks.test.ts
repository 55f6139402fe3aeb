// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, it } from 'node:test'
import { CommandError } from '../../base/index.ts'
import { readCheck } from './all-checks.ts'
import { fakeWorld, type FakeWorldContent } from './fake-world.ts'

const addressShow = 'ip -j -d address show'

function link(ifname: string, cidr?: string, kind?: string): object {
  const [local, length] = cidr?.split('/') ?? []
  return {
    ifname,
    flags: ['UP'],
    mtu: 1500,
    address: '02:00:00:00:00:01',
    ...(kind === undefined ? {} : { linkinfo: { info_kind: kind } }),
    addr_info: local === undefined ? [] : [{ local, prefixlen: Number(length), scope: 'global' }],
  }
}

async function failures(check: object, content: FakeWorldContent): Promise<string[]> {
  const findings = await readCheck(check, 'x').evaluate(fakeWorld(content))
  assert.notEqual(findings.length, 0)
  return findings.filter(({ ok }) => !ok).map(({ text, detail }) => `${text}: ${detail}`)
}

describe('interfaces', () => {
  const outputs = {
    [`a: ${addressShow}`]: JSON.stringify([
      link('lo', '127.0.0.1/8'),
      link('eth0', '10.233.1.2/24', 'veth'),
      link('net1', '10.1.10.203/24', 'macvlan'),
    ]),
  }
  const are = {
    lo: null,
    eth0: { kind: 'veth' },
    net1: { kind: 'macvlan', address: '10.1.10.200-10.1.10.250/24' },
  }

  it('holds when names, kinds and addresses are as asked', async () => {
    assert.deepEqual(await failures({ interfaces: { pods: 'a', are } }, { pods: [{}], outputs }), [])
  })

  it('tells which interfaces there are instead', async () => {
    const check = { interfaces: { pods: 'a', are: { lo: null, eth0: null } } }
    assert.deepEqual(await failures(check, { pods: [{}], outputs }), [
      'a has the interfaces lo, eth0: it has lo, eth0, net1',
    ])
  })

  it('tells an address outside the range, a wrong kind, and an address where none should be', async () => {
    const check = {
      interfaces: {
        pods: 'a',
        are: {
          lo: null,
          eth0: { address: 'none' },
          net1: { kind: 'ipvlan', address: '10.1.10.210-10.1.10.250/24' },
        },
      },
    }
    assert.deepEqual(await failures(check, { pods: [{}], outputs }), [
      'a eth0 has no address: it has 10.233.1.2/24',
      'a net1 is a ipvlan: it is a macvlan',
      'a net1 has one address of 10.1.10.210-10.1.10.250/24: it has 10.1.10.203/24',
    ])
  })

  it('fails when no pod is meant', async () => {
    const [failure] = await failures({ interfaces: { pods: 'b-*', are } }, { pods: [{}], outputs })
    assert.match(failure ?? '', /no pod is called b-\* \(there is default\/a\)/)
  })
})

describe('ping', () => {
  const answered = '1 packets transmitted, 1 received\nrtt min/avg/max/mdev = 0.051/0.051/0.051/0.000 ms\n'

  it('reaches peers on other nodes over the interfaces asked for', async () => {
    const content = {
      pods: [{ name: 'a' }, { name: 'b', node: 'n2' }, { name: 'c', node: 'n2' }],
      outputs: {
        ...Object.fromEntries(
          ['a', 'b', 'c'].map((name, index) => [
            `${name}: ${addressShow}`,
            JSON.stringify([link('net1', `10.1.10.20${index}/24`)]),
          ]),
        ),
        'a: ping -n -q -c 1 -w 3 10.1.10.201': answered,
        'a: ping -n -q -c 1 -w 3 10.1.10.202': answered,
        'b: ping -n -q -c 1 -w 3 10.1.10.200': answered,
        'c: ping -n -q -c 1 -w 3 10.1.10.200': new CommandError({
          command: ['ping'],
          exitCode: 1,
          stderr: '',
        }),
      },
    }
    assert.deepEqual(await failures({ ping: { from: '*', peers: ['net1'] } }, content), [
      'c reaches a on n1 over net1 (10.1.10.200): no answer came',
    ])
  })

  it('fails when there is nobody to ping', async () => {
    const content = {
      pods: [{}],
      outputs: { [`a: ${addressShow}`]: JSON.stringify([link('net1', '10.0.0.1/8')]) },
    }
    assert.equal((await failures({ ping: { from: 'a', peers: ['net1'] } }, content)).length, 1)
  })

  it('can expect that no answer comes', async () => {
    const outputs = { 'a: ping -n -q -c 1 -w 1 10.9.9.9': answered }
    const check = { ping: { from: 'a', to: ['10.9.9.9'], unreachable: true } }
    assert.deepEqual(await failures(check, { pods: [{}], outputs }), [
      'a does not reach 10.9.9.9: answered in 0.051 ms',
    ])
  })
})

describe('route, defaultRoutes and sourceRule', () => {
  const outputs = {
    [`a: ${addressShow}`]: JSON.stringify([link('net1', '192.168.0.20/24')]),
    'a: ip -j route get 192.0.2.1 from 192.168.0.20': JSON.stringify([
      { dst: '192.0.2.1', gateway: '192.168.0.254', dev: 'net1' },
    ]),
    'a: ip -j -4 route show default': JSON.stringify([
      { dst: 'default', gateway: '10.233.1.1', dev: 'eth0' },
    ]),
    'a: ip -j -4 rule show': JSON.stringify([
      { priority: 0, src: 'all', table: 'local' },
      { priority: 32765, src: '192.168.0.20', table: '100' },
    ]),
    'a: ip -j route show default table 100': JSON.stringify([
      { dst: 'default', gateway: '192.168.0.254', dev: 'net1' },
    ]),
  }
  const content = { pods: [{}], outputs }
  const hop = { dev: 'net1', via: '192.168.0.254' }

  it('hold when the kernel answers as asked', async () => {
    const checks = [
      { route: { pods: 'a', to: '192.0.2.1', fromInterface: 'net1', ...hop } },
      { defaultRoutes: { pods: 'a', are: [{ dev: 'eth0', via: '10.233.1.1' }] } },
      { sourceRule: { pods: 'a', fromInterface: 'net1', default: hop } },
    ]
    for (const check of checks) assert.deepEqual(await failures(check, content), [])
  })

  it('tell what is there instead', async () => {
    assert.deepEqual(await failures({ defaultRoutes: { pods: 'a', are: [hop] } }, content), [
      'a has the default route net1 via 192.168.0.254 and no other: it has eth0 via 10.233.1.1',
    ])
    const other = {
      sourceRule: { pods: 'a', fromInterface: 'net1', default: { dev: 'net1', via: '192.168.0.1' } },
    }
    assert.deepEqual(await failures(other, content), [
      "the default route of a's table 100 is net1 via 192.168.0.1: it is net1 via 192.168.0.254",
    ])
  })
})

describe('networkStatus', () => {
  const status = [
    {
      name: 'pod-network',
      interface: 'eth0',
      ips: ['10.233.1.2'],
      mac: '02:00:00:00:00:01',
      default: true,
      dns: {},
    },
    { name: 'default/lan', interface: 'net1', ips: ['10.1.10.9'], mac: '02:00:00:00:00:01', dns: {} },
  ]
  const pods = [{ annotations: { 'k8s.v1.cni.cncf.io/network-status': JSON.stringify(status) } }]
  const entries = [
    { name: 'pod-network', interface: 'eth0', default: true },
    { name: 'default/lan', interface: 'net1' },
  ]

  it('compares the annotation with what is asked and with the namespace', async () => {
    const outputs = {
      [`a: ${addressShow}`]: JSON.stringify([link('eth0', '10.233.1.2/24'), link('net1', '10.1.10.8/24')]),
    }
    const [failure, ...others] = await failures({ networkStatus: { pods: 'a', entries } }, { pods, outputs })
    assert.match(failure ?? '', /tells net1's addresses .* it tells 10\.1\.10\.9 .* there is 10\.1\.10\.8/)
    assert.deepEqual(others, [])
  })
})

describe('events', () => {
  const events = [
    { reason: 'AddedInterface', message: 'Add net1 [10.1.10.200/24] from default/lan' },
    { reason: 'AddedInterface', message: 'Add net2', pod: 'b' },
  ]

  it('looks for pieces of text in the events of the pod only', async () => {
    const check = {
      events: { pods: 'a', reason: 'AddedInterface', messages: ['Add net1 [10.1.', 'Add net2'] },
    }
    assert.deepEqual(await failures(check, { pods: [{}], events }), [
      'a has an event AddedInterface that says "Add net2": the messages are: Add net1 [10.1.10.200/24] from default/lan',
    ])
  })

  it('can expect that there is none', async () => {
    const check = { events: { pods: 'a', reason: 'AddedInterface', none: true } }
    assert.equal((await failures(check, { pods: [{}], events })).length, 1)
  })
})

describe('cachedDefaultRoutes', () => {
  const root = mkdtempSync(join(tmpdir(), 'lab-cache-'))
  after(() => rmSync(root, { recursive: true }))

  function remember(pod: string, ifName: string, routes: readonly object[]): void {
    const path = join(root, 'var/lib/cni/multus/results', `${pod}-${ifName}`)
    const cniArgs = [
      ['K8S_POD_NAMESPACE', 'default'],
      ['K8S_POD_NAME', pod],
    ]
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify({ kind: 'cniCacheV1', ifName, cniArgs, result: { routes } }))
  }

  it('looks at the results of the pod only, and tells which default routes they have', async () => {
    remember('a', 'eth0', [{ dst: '10.233.0.0/16', gw: '10.233.1.1' }])
    remember('a', 'net1', [{ dst: '0.0.0.0/0', gw: '192.168.0.254' }])
    remember('b', 'eth0', [{ dst: '0.0.0.0/0', gw: '10.233.1.1' }])
    const content = { pods: [{}, { name: 'b' }], nodes: [{ name: 'n1', netns: 'n1', root }] }
    const check = (pods: string) => ({
      cachedDefaultRoutes: { pods, are: [{ dev: 'net1', via: '192.168.0.254' }] },
    })
    assert.deepEqual(await failures(check('a'), content), [])
    assert.deepEqual(await failures(check('b'), content), [
      'the results remembered for b have the default route net1 via 192.168.0.254 and no other: they have eth0 via 10.233.1.1',
    ])
  })
})

describe('files and nothingLeft', () => {
  const root = mkdtempSync(join(tmpdir(), 'lab-checks-'))
  const nodes = [{ name: 'n1', netns: 'n1', root }]
  const outputs = { [`n1: ${addressShow}`]: JSON.stringify([link('lo'), link('veth1')]) }
  const write = (path: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }

  it('count files and name what is left, but for what the plugins keep on purpose', async () => {
    try {
      write('var/lib/cni/networks/lan/10.1.10.200')
      write('var/lib/cni/networks/lan/lock')
      write('var/lib/cni/networks/lan/last_reserved_ip.0')
      const files = { files: { path: '/var/lib/cni/networks/lan/10.*', count: 1 } }
      assert.deepEqual(await failures(files, { nodes }), [])
      assert.deepEqual(
        await failures({ nothingLeft: {} }, { nodes, outputs, baseline: { n1: ['link lo'] } }),
        [
          'no link, namespace, reservation or file is left on any node: left: n1: link veth1, n1: file /var/lib/cni/networks/lan/10.1.10.200',
        ],
      )
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
