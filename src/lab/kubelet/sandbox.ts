// SPDX-License-Identifier: Apache-2.0

import { randomBytes, randomUUID } from 'node:crypto'
import { runCommand } from '../../base/index.ts'
import { Namespace } from '../../linux/index.ts'

/** The network namespace of a pod, before anything runs in it. */
export interface Sandbox {
  /** 64 hexadecimal digits, as containerd's ids. */
  readonly id: string
  /** As the runtime hands it to CNI. */
  readonly netns: string
  /** Undefined for a pod on the node's own network, to which nothing is attached. */
  readonly netnsName: string | undefined
}

const timeoutMs = 10_000

/** What a pod with `hostNetwork` has: the namespace of the node, in which this process is. */
export function hostSandbox(): Sandbox {
  return { id: randomId(), netns: '/proc/self/ns/net', netnsName: undefined }
}

/** Makes a network namespace under `/var/run/netns`, with its loopback up, as a runtime does before it calls CNI. */
export async function createSandbox(): Promise<Sandbox> {
  const netnsName = `cni-${randomUUID()}`
  await runCommand(['ip', 'netns', 'add', netnsName], { timeoutMs })
  const netns = `/var/run/netns/${netnsName}`
  using namespace = Namespace.open(netns)
  const lo = namespace.links.get('lo')
  if (lo !== undefined) namespace.links.set(lo.index, { up: true })
  return { id: randomId(), netns, netnsName }
}

/** Removes the network namespace with all that is still in it; that of the node stays. */
export async function removeSandbox({ netnsName }: Sandbox): Promise<void> {
  if (netnsName !== undefined) await runCommand(['ip', 'netns', 'delete', netnsName], { timeoutMs })
}

function randomId(): string {
  return randomBytes(32).toString('hex')
}
