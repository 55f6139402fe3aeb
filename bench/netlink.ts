// SPDX-License-Identifier: Apache-2.0

// How fast the linux room talks to the kernel, beside `ip -batch` doing the same:
//
//   node bench/netlink.ts [pods]
//
// All of it happens in namespaces that are gone afterwards. Needs root.

import { spawnSync } from 'node:child_process'
import { formatCidr, parseCidr, parseIp } from '../src/base/index.ts'
import { Namespace } from '../src/linux/index.ts'

const pods = Number(process.argv[2] ?? 50)
const rounds = 2000

const middle = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

/** Prints the median time of a call in microseconds. */
function measure(
  what: string,
  call: (round: number) => void,
  { times = rounds }: { times?: number } = {},
): void {
  const taken: number[] = []
  for (let round = 0; round < times; round++) {
    const start = performance.now()
    call(round)
    taken.push(performance.now() - start)
  }
  console.log(`${(middle(taken) * 1000).toFixed(1).padStart(9)} µs  ${what}`)
}

/** The time in milliseconds that ip(8) takes for a batch, less its own start. */
function batch(namespace: Namespace, commands: readonly string[]): number {
  const run = (input: string): number => {
    const start = performance.now()
    const { status, stderr } = namespace.run(() =>
      spawnSync('ip', ['-batch', '-'], { input, encoding: 'utf8' }),
    )
    if (status !== 0) throw new Error(stderr)
    return performance.now() - start
  }
  return run(`${commands.join('\n')}\n`) - middle([run('\n'), run('\n'), run('\n')])
}

function singleCalls(): void {
  using host = Namespace.create()
  host.links.create({ kind: 'veth', name: 'ens6', peer: { name: 'far' } })
  const index = host.links.get('ens6')?.index ?? 0
  host.links.set(index, { up: true })
  host.links.create({ kind: 'macvlan', name: 'v0', link: index, mode: 'bridge' })
  console.log('one call, median:')
  measure('links.get(veth)', () => host.links.get('ens6'))
  measure('links.get(macvlan)', () => host.links.get('v0'))
  measure('links.get(missing)', () => host.links.get('nope'))
  measure('links.list() of 4', () => host.links.list())
  measure('links.set(mtu)', (round) => host.links.set(index, { mtu: 1400 + (round % 2) }))
  measure('addresses.list(link)', () => host.addresses.list({ ifIndex: index }))
  measure('routes.list()', () => host.routes.list())
  measure('readSysctl', () => host.readSysctl('net/ipv4/ip_forward'))
  measure('run(nothing)', () => host.run(() => 0))
  measure('Namespace.open, one get, close', () => {
    using again = Namespace.open(host.path)
    again.links.get('lo')
  })
  measure(
    'addresses.add',
    (round) => {
      host.addresses.add(index, {
        address: { address: { family: 4, value: 0x0a00_0000n + BigInt(round) }, length: 32 },
      })
    },
    { times: 500 },
  )
  const commands = Array.from({ length: rounds }, () => 'link show dev v0')
  console.log(
    `${((batch(host, commands) * 1000) / rounds).toFixed(1).padStart(9)} µs  ip -batch: link show dev v0`,
  )
}

/** Three macvlans in each pod, with an address each; then away with them. */
async function manyPods(): Promise<void> {
  using host = Namespace.create()
  host.links.create({ kind: 'veth', name: 'ens6', peer: { name: 'far' } })
  const master = host.links.get('ens6')?.index ?? 0
  host.links.set(master, { up: true })
  const namespaces = Array.from({ length: pods }, () => Namespace.create())
  console.log(`\n${pods} pods with 3 macvlans each, milliseconds in all:`)
  for (const remove of ['each', 'group'] as const) {
    const started = performance.now()
    for (const [pod, container] of namespaces.entries()) attach(host, container, { master, pod })
    const attached = performance.now()
    await Promise.all(
      namespaces.map(async ({ links }) => {
        if (remove === 'group') return links.removeGroup(7)
        await Promise.all(
          links
            .list()
            .filter(({ group }) => group === 7)
            .map(({ index }) => links.remove(index)),
        )
      }),
    )
    const removed = performance.now()
    console.log(`${(attached - started).toFixed(1).padStart(9)} ms  create, address and route`)
    console.log(
      `${(removed - attached).toFixed(1).padStart(9)} ms  remove ${remove === 'each' ? 'each link' : 'by group'}`,
    )
  }
  for (const namespace of namespaces) namespace[Symbol.dispose]()
}

function attach(
  host: Namespace,
  container: Namespace,
  { master, pod }: { master: number; pod: number },
): void {
  for (const name of ['eth0', 'net1', 'net2']) {
    host.links.create({
      kind: 'macvlan',
      name,
      link: master,
      mode: 'bridge',
      namespace: container,
      group: 7,
      up: true,
    })
    const index = container.links.get(name)?.index ?? 0
    container.addresses.add(index, { address: parseCidr(`10.${index}.${pod}.5/24`) })
    container.routes.add({
      dst: parseCidr(`192.168.${index}.0/24`),
      gateway: parseIp(`10.${index}.${pod}.1`),
      ifIndex: index,
    })
  }
}

/** What one pod's worth of the same costs ip(8), as commands of one batch. */
function sameByIp(): void {
  using host = Namespace.create()
  batch(host, ['link add ens6 type veth peer name far', 'link set ens6 up'])
  const commands = Array.from({ length: pods }, (_, pod) =>
    [1, 2, 3].flatMap((card) => {
      const [name, net] = [`p${pod}n${card}`, `10.${card}.${pod}`]
      return [
        `link add ${name} link ens6 up type macvlan mode bridge`,
        `address add ${formatCidr(parseCidr(`${net}.5/24`))} dev ${name}`,
        `route add 192.168.${pod}.${card}/32 via ${net}.1 dev ${name}`,
      ]
    }),
  ).flat()
  console.log(
    `${batch(host, commands).toFixed(1).padStart(9)} ms  ip -batch: create, address and route, all in one namespace`,
  )
}

singleCalls()
await manyPods()
sameByIp()
