// SPDX-License-Identifier: Apache-2.0

// Captures what ip(8) and the kernel say to each other, for test/fixtures/netlink:
//
//   unshare --net node tools/capture-netlink.ts
//
// Each case runs in a namespace of its own. A fixture is the command in its first line, then one
// message in hexadecimal: the request that made the change, or the kernel's description of the result.

import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Namespace } from '../src/linux/index.ts'

interface Case {
  readonly prepare?: readonly string[]
  readonly command: string
  /** The message to keep, by its direction and type. */
  readonly keep: readonly ['request' | 'answer', number]
}

const veth = 'ip link add m0 address 02:00:00:00:00:01 type veth peer name m1 address 02:00:00:00:00:02'
const up = 'ip link set m0 up'
const [newLink, delLink, setLink] = [16, 17, 19]
const [newAddress, newRoute, newRule, newNeighbour] = [20, 24, 32, 28]

const cases: Readonly<Record<string, Case>> = {
  'veth-create': { command: `${veth} mtu 1400`, keep: ['request', newLink] },
  'veth-show': { prepare: [veth], command: 'ip -d link show dev m0', keep: ['answer', newLink] },
  'bridge-create': {
    command: 'ip link add br0 mtu 1400 type bridge stp_state 1 vlan_filtering 0 mcast_snooping 0',
    keep: ['request', newLink],
  },
  'bridge-show': {
    prepare: ['ip link add br0 address 02:00:00:00:00:0b type bridge stp_state 1'],
    command: 'ip -d link show dev br0',
    keep: ['answer', newLink],
  },
  'bridge-port-set': {
    prepare: [veth, 'ip link add br0 type bridge', 'ip link set m0 master br0'],
    command: 'bridge link set dev m0 hairpin on isolated on',
    keep: ['request', setLink],
  },
  'bridge-port-show': {
    prepare: [
      veth,
      'ip link add br0 type bridge',
      'ip link set m0 master br0',
      'bridge link set dev m0 hairpin on isolated on',
    ],
    command: 'ip -d link show dev m0',
    keep: ['answer', newLink],
  },
  'macvlan-create': {
    prepare: [veth],
    command:
      'ip link add link m0 name v0 mtu 1400 address 02:00:00:00:00:03 type macvlan mode private bcqueuelen 500',
    keep: ['request', newLink],
  },
  'macvlan-show': {
    prepare: [veth, 'ip link add link m0 name v0 address 02:00:00:00:00:03 type macvlan mode private'],
    command: 'ip -d link show dev v0',
    keep: ['answer', newLink],
  },
  // This kernel may refuse it; the request is what counts.
  'dummy-create': { command: 'ip link add d0 type dummy', keep: ['request', newLink] },
  'vxlan-show': {
    prepare: ['ip link add vx0 address 02:00:00:00:00:0c type vxlan id 42 dstport 4789'],
    command: 'ip -d link show dev vx0',
    keep: ['answer', newLink],
  },
  'link-change': {
    prepare: [veth],
    command:
      'ip link set dev m0 up promisc on mtu 1300 address 02:00:00:00:00:09 alias note group 7 txqueuelen 10 name n0',
    keep: ['request', newLink],
  },
  'link-names': {
    prepare: [
      veth,
      'ip link property add dev m0 altname a-second-name-that-is-long altname third',
      'ip link set dev m0 alias note group 7',
    ],
    command: 'ip -d link show dev m0',
    keep: ['answer', newLink],
  },
  'link-delete-group': {
    prepare: [veth, 'ip link set m0 group 7'],
    command: 'ip link delete group 7',
    keep: ['request', delLink],
  },
  'address-add-v4': {
    prepare: [veth],
    command: 'ip address add 10.1.2.3/24 broadcast 10.1.2.255 dev m0',
    keep: ['request', newAddress],
  },
  'address-show-v4': {
    prepare: [veth, 'ip address add 10.1.2.3/24 broadcast 10.1.2.255 dev m0'],
    command: 'ip -4 address show dev m0',
    keep: ['answer', newAddress],
  },
  'address-add-v6': {
    prepare: [veth],
    command: 'ip address add fd00::5/64 dev m0 noprefixroute',
    keep: ['request', newAddress],
  },
  'address-show-v6': {
    prepare: [veth, 'ip address add fd00::5/64 dev m0', up],
    command: 'ip -6 address show dev m0 scope global',
    keep: ['answer', newAddress],
  },
  'route-add': {
    prepare: [veth, up, 'ip address add 10.1.2.3/24 dev m0'],
    command: 'ip route add 10.9.0.0/16 via 10.1.2.1 dev m0 src 10.1.2.3 metric 50 mtu 1300 advmss 1200',
    keep: ['request', newRoute],
  },
  'route-add-table': {
    prepare: [veth, up, 'ip address add fd00::5/64 dev m0 nodad'],
    command: 'ip -6 route add default via fd00::1 dev m0 table 300',
    keep: ['request', newRoute],
  },
  'route-show': {
    prepare: [
      veth,
      up,
      'ip address add 10.1.2.3/24 dev m0',
      'ip route add 10.9.0.0/16 via 10.1.2.1 src 10.1.2.3 metric 50 mtu 1300 advmss 1200 table 300',
    ],
    command: 'ip route show table 300',
    keep: ['answer', newRoute],
  },
  'route-show-multipath': {
    prepare: [
      veth,
      up,
      'ip address add 10.1.2.3/24 dev m0',
      'ip route add 10.9.0.0/16 table 300 nexthop via 10.1.2.1 weight 3 nexthop via inet6 fe80::1 dev m0',
    ],
    command: 'ip route show table 300',
    keep: ['answer', newRoute],
  },
  'rule-add': {
    command: 'ip rule add from 10.1.2.3 fwmark 0x10/0xf0 iif lo table 300 priority 100',
    keep: ['request', newRule],
  },
  'rule-show': {
    prepare: [
      'ip rule flush',
      'ip rule add from 10.1.2.3 to 10.9.0.0/16 fwmark 0x10/0xf0 table 300 priority 100',
    ],
    command: 'ip rule show',
    keep: ['answer', newRule],
  },
  'neighbour-add': {
    prepare: [veth],
    command: 'ip neighbour add 10.1.2.9 lladdr 02:00:00:00:00:09 dev m0',
    keep: ['request', newNeighbour],
  },
  'neighbour-show': {
    prepare: [veth, up, 'ip neighbour add fd00::9 lladdr 02:00:00:00:00:09 dev m0 router'],
    command: 'ip -6 neighbour show dev m0',
    keep: ['answer', newNeighbour],
  },
}

for (const [name, { prepare = [], command, keep }] of Object.entries(cases)) {
  using namespace = Namespace.create()
  const trace = namespace.run(() => {
    for (const step of prepare) run(step)
    return traced(command)
  })
  const message = parseTrace(trace, keep)
  const lines = message.toString('hex').match(/.{1,64}/g) ?? []
  const path = join(import.meta.dirname, '..', 'test', 'fixtures', 'netlink', `${name}.hex`)
  writeFileSync(path, `${[command, ...lines].join('\n')}\n`)
  console.log(`${name}: ${message.length} bytes`)
}

function run(command: string): void {
  const [program = '', ...rest] = command.split(' ')
  execFileSync(program, rest, { stdio: 'pipe' })
}

function traced(command: string): string {
  const options = ['-e', 'trace=sendto,sendmsg,recvmsg', '-e', 'read=3,4,5', '-e', 'write=3,4,5']
  const { stderr } = spawnSync('strace', [...options, ...command.split(' ')], { maxBuffer: 1 << 24 })
  return stderr.toString()
}

/** The longest message of that direction and type in the dumps that follow the calls of a trace: ip(8) also looks up lesser things. */
function parseTrace(trace: string, [direction, type]: Case['keep']): Buffer {
  const wanted = direction === 'request' ? /^send/ : /^recv/
  let inside = false
  let dump = ''
  const datagrams: string[] = []
  for (const line of trace.split('\n')) {
    if (/^(?:send|recv)/.test(line)) {
      datagrams.push(dump)
      dump = ''
      inside = wanted.test(line) && !line.includes('MSG_PEEK')
    }
    const [, bytes] = /^ \| [\da-f]{5} {2}((?:[\da-f]{2} +)+) /.exec(line) ?? []
    if (inside && bytes !== undefined) dump += bytes.replaceAll(' ', '')
  }
  const messages = [...datagrams, dump].flatMap((datagram) => split(Buffer.from(datagram, 'hex')))
  const [found] = messages
    .filter((message) => message.readUInt16LE(4) === type)
    .sort((a, b) => b.length - a.length)
  if (found === undefined) throw new Error(`Cannot find a message of type ${type} in the trace:\n${trace}`)
  return found
}

function split(datagram: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at + 16 <= datagram.length;) {
    const size = Math.max(16, datagram.readUInt32LE(at))
    messages.push(datagram.subarray(at, at + size))
    at += (size + 3) & ~3
  }
  return messages
}
