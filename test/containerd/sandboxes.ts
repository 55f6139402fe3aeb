// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { CommandError, retry } from '../../src/base/index.ts'
import { pods } from '../../src/kubernetes/index.ts'
import { Namespace } from '../../src/linux/index.ts'
import { dig, ip } from '../netns/fixture.ts'
import type { RuntimeNode } from './runtime-node.ts'
import { textOf } from './text-of.ts'

const annotations = { 'k8s.v1.cni.cncf.io/networks': 'lan-a, lan-b' }

/** Creates a pod and its sandbox; gives the sandbox's network namespace as this process sees it. */
export async function addSandbox(node: RuntimeNode, name: string): Promise<string> {
  const pod = node.api.api.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', annotations },
    spec: { nodeName: 'node1', containers: [{ name: 'main', image: 'example/main' }] },
  })
  const uid = dig(pod, 'metadata', 'uid')
  assert.ok(typeof uid === 'string')
  const id = await asKubelet(async () => node.cri.runSandbox({ name, uid, annotations }))
  return node.node.path(await node.cri.netnsOf(id))
}

/** Removes the sandboxes of a pod, those of failed attempts too, and then the pod. */
export async function removeSandbox(node: RuntimeNode, name: string): Promise<void> {
  for (const id of await node.cri.sandboxes(name)) await asKubelet(async () => node.cri.removeSandbox(id))
  node.api.api.remove(pods, { namespace: 'default', name }, { gracePeriodSeconds: 0 })
}

/** The addresses in a namespace by interface, as `ip` shows them. */
export function addressesIn(netns: string): Record<string, string> {
  using namespace = Namespace.open(netns)
  const links = ip(namespace, '-4', 'address', 'show')
  return Object.fromEntries(links.map((link) => [textOf(link['ifname']), localsOf(link['addr_info'])]))
}

function localsOf(infos: unknown): string {
  return Array.isArray(infos) ? infos.map((info) => textOf(dig(info, 'local'))).join(' ') : ''
}

// kubelet repeats for ever; what has not helped after a minute is a failure here.
async function asKubelet<T>(attempt: () => Promise<T>): Promise<T> {
  const shouldRetry = (error: unknown): boolean => error instanceof CommandError
  return retry(attempt, { attempts: 15, delayMs: 500, factor: 1.3, shouldRetry })
}
