// SPDX-License-Identifier: Apache-2.0

import { parseCidr, runCommand } from '../../base/index.ts'
import { Namespace } from '../../linux/index.ts'
import type { Router } from '../scenario/topology.ts'
import { indexOf, plugIn, portName } from './switches.ts'

/** A router that runs; its handle keeps the namespace open. */
export interface RunningRouter {
  readonly name: string
  readonly namespace: Namespace
}

/** Makes a router: a network namespace under its own name that forwards, plugged into its networks. */
export async function createRouter(lab: Namespace, router: Router): Promise<RunningRouter> {
  await runCommand(['ip', 'netns', 'add', router.name], { timeoutMs: 10_000 })
  const namespace = Namespace.open(`/run/netns/${router.name}`)
  namespace.links.set(indexOf(namespace, 'lo'), { up: true })
  namespace.writeSysctl('net/ipv4/ip_forward', '1')
  for (const [index, { network, addresses }] of router.interfaces.entries()) {
    const name = `eth${index}`
    const end = plugIn(lab, { port: portName(router.name, name), network, namespace, name })
    for (const address of addresses) namespace.addresses.add(end, { address: parseCidr(address) })
  }
  return { name: router.name, namespace }
}
