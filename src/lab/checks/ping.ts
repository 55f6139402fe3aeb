// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { CommandError, describeError } from '../../base/index.ts'
import { defineCheck, type Finding } from './define-check.ts'
import { observeInterfaces } from './observe.ts'
import { netnsOf, podPattern, selectPods } from './select-pods.ts'
import type { PodFacts, World } from './world.ts'

const spec = v.strictObject({
  from: podPattern,
  /** Addresses to reach. */
  to: v.optional(v.array(v.string()), []),
  /** Interfaces whose address is to be reached in each of the other pods that run on another node. */
  peers: v.optional(v.array(v.string()), []),
  /** Also reach peers on the same node. */
  sameNode: v.optional(v.boolean(), false),
  /** Expect that no answer comes. */
  unreachable: v.optional(v.boolean(), false),
})

interface PlannedTrip {
  readonly pod: PodFacts
  readonly to: string
  readonly label: string
  /** What it is counted under. */
  readonly group: string
}

/** The pods reach these addresses, and one another over these interfaces; asked with the machine's own `ping`. */
export const ping = defineCheck('ping', spec, async (asked, world) => {
  const pods = await selectPods(world, asked.from)
  const trips = pods.flatMap((pod) => asked.to.map((to) => ({ pod, to, label: to, group: to })))
  for (const name of asked.peers) trips.push(...(await tripsToPeers(world, pods, { name, ...asked })))
  if (trips.length === 0) {
    return [{ ok: false, text: `${asked.from} has somebody to ping`, detail: 'no peer is on another node' }]
  }
  return Promise.all(trips.map(async (trip) => judge(world, trip, asked.unreachable)))
})

async function tripsToPeers(
  world: World,
  pods: readonly PodFacts[],
  { name, sameNode }: { readonly name: string; readonly sameNode: boolean },
): Promise<PlannedTrip[]> {
  const trips: PlannedTrip[] = []
  for (const peer of pods) {
    const address = await addressOn(world, peer, name)
    for (const pod of pods) {
      if (pod === peer || (pod.node === peer.node && !sameNode)) continue
      const label = `${peer.name} on ${peer.node} over ${name} (${address})`
      trips.push({ pod, to: address, label, group: `peers over ${name}` })
    }
  }
  return trips
}

async function addressOn(world: World, pod: PodFacts, name: string): Promise<string> {
  const links = await observeInterfaces(world, netnsOf(pod))
  const [address] = links.find((link) => link.name === name)?.addresses ?? []
  if (address === undefined) throw new Error(`${pod.name} has no address on ${name}`)
  return address.split('/', 1)[0] ?? address
}

async function judge(
  world: World,
  { pod, to, label, group }: PlannedTrip,
  unreachable: boolean,
): Promise<Finding> {
  const text = `${pod.name} ${unreachable ? 'does not reach' : 'reaches'} ${label}`
  try {
    // Two tries: the first packet of a pair may be lost while both sides ask for each other's hardware address.
    const output = await world.run(netnsOf(pod), [
      'ping',
      '-n',
      '-q',
      '-c',
      '1',
      '-w',
      unreachable ? '1' : '3',
      to,
    ])
    const ms = Number(/= ([\d.]+)\//.exec(output)?.[1])
    return { ok: !unreachable, text, detail: `answered in ${ms} ms`, trip: { from: pod.name, to: group, ms } }
  } catch (error) {
    const detail = lossOf(error)
    return { ok: unreachable, text, detail, trip: { from: pod.name, to: group, ms: undefined } }
  }
}

// ping(8) exits with 1 when no answer came, and prints nothing on standard error then.
function lossOf(error: unknown): string {
  const silent = error instanceof CommandError && error.exitCode === 1 && error.stderr === ''
  return silent ? 'no answer came' : describeError(error)
}
