// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict'
import { Limiter, parseJson, waitFor } from '../../src/base/index.ts'
import type { JsonObject, JsonValue } from '../../src/base/index.ts'
import { textOf } from '../containerd/text-of.ts'
import { dig } from '../netns/fixture.ts'
import type { Cluster } from './cluster.ts'

const execsAtOnce = 4
// A status that a daemon has not written before it was killed is written by the next one.
const statusMs = 30_000

/** A pod that asks for both networks of the scenario. */
export function podManifest(name: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { app: 'bare' },
      annotations: { 'k8s.v1.cni.cncf.io/networks': 'macvlan-internal, macvlan-external' },
    },
    spec: {
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      containers: [{ name: 'main', image: 'localhost/tools:1', command: ['sleep', 'infinity'] }],
    },
  }
}

/** Whether kubelet calls a pod Ready. */
export function isReady(pod: JsonObject): boolean {
  const conditions = dig(pod, 'status', 'conditions')
  return (
    Array.isArray(conditions) &&
    conditions.some((one) => dig(one, 'type') === 'Ready' && dig(one, 'status') === 'True')
  )
}

/** How often the containers of a pod were started again. */
export function restartsOf(pod: JsonObject): number {
  const statuses = listOf(dig(pod, 'status', 'containerStatuses'))
  return statuses.reduce<number>((sum, status) => sum + Number(dig(status, 'restartCount')), 0)
}

/** The name of an object. */
export function nameOf(object: JsonObject): string {
  return textOf(dig(object, 'metadata', 'name'))
}

/** Fails unless each pod has eth0 and the two networks that it asked for, and its status says what `ip` in it shows. */
export async function expectInterfaces(cluster: Cluster, pods: readonly JsonObject[]): Promise<void> {
  const turns = new Limiter({ concurrency: execsAtOnce })
  await Promise.all(pods.map(async (pod) => turns.run(async () => expectInterfacesOf(cluster, nameOf(pod)))))
}

async function expectInterfacesOf(cluster: Cluster, name: string): Promise<void> {
  const seen = await interfacesIn(cluster, name)
  assert.deepEqual(Object.keys(seen), ['eth0', 'net1', 'net2'], name)
  const status = async (): Promise<Interfaces | undefined> => {
    const [pod] = await cluster.get('pods', '--field-selector', `metadata.name=${name}`)
    return pod && statusOf(pod)
  }
  // It may come a little after the runtime has its answer.
  const said = await waitFor(status, { timeoutMs: statusMs, intervalMs: 200, what: `the status of ${name}` })
  assert.deepEqual(said, seen, name)
}

/** What `ip` in a pod shows, by interface; the loopback is left out. */
export async function interfacesIn(cluster: Cluster, name: string): Promise<Interfaces> {
  return interfacesOf(await cluster.execJson(name, 'ip', '-json', 'address'))
}

/** By the name of an interface, its address on the link and those in its networks. */
export type Interfaces = Readonly<Record<string, { readonly mac: string; readonly ips: readonly string[] }>>

function statusOf(pod: JsonObject): Interfaces | undefined {
  const annotation = dig(pod, 'metadata', 'annotations', 'k8s.v1.cni.cncf.io/network-status')
  if (annotation === undefined) return undefined
  const entries = parseJson(textOf(annotation))
  assert.ok(Array.isArray(entries))
  return Object.fromEntries(
    entries.map((entry) => [
      textOf(dig(entry, 'interface')),
      { mac: textOf(dig(entry, 'mac')), ips: listOf(dig(entry, 'ips')).map(textOf) },
    ]),
  )
}

function interfacesOf(links: JsonValue): Interfaces {
  const others = listOf(links).filter((link) => dig(link, 'ifname') !== 'lo')
  return Object.fromEntries(
    others.map((link) => {
      const infos = listOf(dig(link, 'addr_info')).filter((info) => dig(info, 'scope') === 'global')
      const ips = infos.map((info) => textOf(dig(info, 'local')))
      return [textOf(dig(link, 'ifname')), { mac: textOf(dig(link, 'address')), ips }]
    }),
  )
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : []
}
