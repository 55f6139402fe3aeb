// SPDX-License-Identifier: Apache-2.0

// How fast the linux room talks to the kernel: single calls, and many pods' links beside `ip -batch` doing the same.

import { spawnSync } from 'node:child_process'
import { parseCidr, parseIp } from '../../src/base/index.ts'
import { Namespace } from '../../src/linux/index.ts'
import { alternate } from '../kit/alternate.ts'
import type { Contender } from '../kit/alternate.ts'
import type { Bench } from '../kit/bench.ts'
import { card } from '../kit/ground.ts'
import type { Measurement, Section } from '../kit/measurement.ts'
import { summarize } from '../kit/measurement.ts'

const callsPerSample = 100
const pods = 50
const interfaces = ['eth0', 'net1', 'net2'] as const
const group = 7
const mostRounds = 5

/** Times of the kernel's work and of the way to it. */
export async function measureNetlink({ rounds }: Bench): Promise<Section> {
  const times = { rounds: Math.min(rounds, mostRounds), warmUp: 1 }
  const contenders = [podsByNetlink(), podsByIp()]
  return {
    name: 'netlink',
    title: 'Netlink',
    measurements: [
      ...(await measureCalls(rounds)),
      ...(await alternate(contenders, { ...times, what: `${pods} pods, 3 macvlans each,` })),
    ],
    notes: ['`ip -batch` works in one namespace instead of one per pod; its own start is taken off.'],
  }
}

async function measureCalls(rounds: number): Promise<Measurement[]> {
  using host = Namespace.create()
  host.links.create({ kind: 'veth', name: card, peer: { name: 'far' } })
  const index = host.links.get(card)?.index ?? 0
  const calls: Readonly<Record<string, (round: number) => void>> = {
    'links.get': () => host.links.get(card),
    'links.list of 3': () => host.links.list(),
    'links.set mtu': (round) => host.links.set(index, { mtu: 1400 + (round % 2) }),
    'addresses.list': () => host.addresses.list({ ifIndex: index }),
    'routes.list': () => host.routes.list(),
    readSysctl: () => host.readSysctl('net/ipv4/ip_forward'),
    'run nothing': () => host.run(() => 0),
    'Namespace.open, links.get, close': () => {
      using again = Namespace.open(host.path)
      again.links.get('lo')
    },
  }
  const timeOf = (call: (round: number) => void): number => {
    const started = performance.now()
    for (let round = 0; round < callsPerSample; round++) call(round)
    return ((performance.now() - started) * 1000) / callsPerSample
  }
  const contender: Contender = {
    name: 'plait',
    run: async () => Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, timeOf(call)])),
  }
  return await alternate([contender], { rounds, unit: 'µs', what: '' })
}

function podsByNetlink(): Contender {
  return {
    name: 'plait',
    run: async () => {
      using stack = new DisposableStack()
      const host = stack.use(hostWithCard())
      const namespaces = Array.from({ length: pods }, () => stack.use(Namespace.create()))
      const started = performance.now()
      for (const [pod, container] of namespaces.entries()) attach(host, container, pod)
      const attached = performance.now()
      await Promise.all(namespaces.map(({ links }) => links.removeGroup(group)))
      return {
        'link, address and route': attached - started,
        'remove by group': performance.now() - attached,
      }
    },
  }
}

function hostWithCard(): Namespace {
  const host = Namespace.create()
  host.links.create({ kind: 'veth', name: card, peer: { name: 'far' } })
  host.links.set(host.links.get(card)?.index ?? 0, { up: true })
  return host
}

function attach(host: Namespace, container: Namespace, pod: number): void {
  const link = host.links.get(card)?.index ?? 0
  for (const name of interfaces) {
    host.links.create({ kind: 'macvlan', name, link, mode: 'bridge', namespace: container, group, up: true })
    const ifIndex = container.links.get(name)?.index ?? 0
    container.addresses.add(ifIndex, { address: parseCidr(`10.${ifIndex}.${pod}.5/24`) })
    const dst = parseCidr(`192.168.${ifIndex}.0/24`)
    container.routes.add({ dst, gateway: parseIp(`10.${ifIndex}.${pod}.1`), ifIndex })
  }
}

function podsByIp(): Contender {
  return {
    name: 'ip -batch',
    run: async () => {
      using host = hostWithCard()
      const commands = Array.from({ length: pods }, (_, pod) =>
        interfaces.flatMap((_name, place) => {
          const [name, net] = [`p${pod}n${place}`, `10.${place + 1}.${pod}`]
          return [
            `link add ${name} link ${card} up type macvlan mode bridge`,
            `address add ${net}.5/24 dev ${name}`,
            `route add 192.168.${pod}.${place}/32 via ${net}.1 dev ${name}`,
          ]
        }),
      )
      const starts = [1, 2, 3].map(() => batch(host, []))
      return { 'link, address and route': batch(host, commands.flat()) - (summarize(starts)?.median ?? 0) }
    },
  }
}

function batch(namespace: Namespace, commands: readonly string[]): number {
  const started = performance.now()
  const options = { input: `${commands.join('\n')}\n`, encoding: 'utf8' } as const
  const { status, stderr } = namespace.run(() => spawnSync('ip', ['-batch', '-'], options))
  if (status !== 0) throw new Error(`Cannot run ip -batch: ${stderr}`)
  return performance.now() - started
}
