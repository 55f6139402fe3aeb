// SPDX-License-Identifier: Apache-2.0

// A node with the real pipeline, the bundled plugins and the kernel; only Kubernetes is in memory.

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isJsonObject, parseJson, silentLog } from '../../src/base/index.ts'
import type { JsonObject } from '../../src/base/index.ts'
import { execPlugin } from '../../src/cni/index.ts'
import type { BeforeKernelCall, Namespace } from '../../src/linux/index.ts'
import { FakeCluster } from '../../src/multus/fakes/fake-cluster.ts'
import { createMultus, networksAnnotation } from '../../src/multus/index.ts'
import type { Boot, Multus } from '../../src/multus/index.ts'
import { createBundledInvoke, loadPlugins } from '../../src/plugins/index.ts'
import { ip, makeCard, makeHostAndContainer, makeNamespace } from './fixture.ts'

/** The group that the bundled plugins give their links in pods here. */
export const linkGroup = 7

/** Such a node, with a card `ens4` and one pod sandbox. */
export interface MultusNode {
  readonly host: Namespace
  readonly pod: Namespace
  readonly cluster: FakeCluster
  readonly multus: Multus
  readonly directory: string
  /** Starts Multus again, as after a restart of the daemon or, with another boot, of the node. */
  readonly restart: (boot?: Boot) => void
  /** ADD gives the result, the others nothing. */
  readonly run: (command: string, call?: NodeCall) => Promise<JsonObject | undefined>
}

/** How a call differs from the usual one: container `c1` of `default/pod1`. */
export interface NodeCall {
  readonly containerId?: string
  readonly pod?: Namespace
  readonly config?: JsonObject
}

interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** How a node differs from the usual one. */
export interface NodeOptions {
  /** Is told of each call of a plugin to the kernel, and may throw. */
  readonly beforeKernelCall?: BeforeKernelCall
}

/** How a node with networks differs from the usual one. */
export interface NetworksOptions extends NodeOptions {
  /** The annotation of the pod. */
  readonly networks?: string
  /** Whether the networks have addresses of both families. */
  readonly dual?: boolean
}

/** Makes such a node; `networks` is the annotation of the pod. */
export async function makeMultusNode(
  t: Cleanup,
  networks = '',
  options: NodeOptions = {},
): Promise<MultusNode> {
  const { host, container: pod } = makeHostAndContainer(t)
  makeCard(host, 'ens4')
  const directory = mkdtempSync(join(tmpdir(), 'plait-node-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const cluster = new FakeCluster()
  cluster.putPod({ annotations: networks === '' ? {} : { [networksAnnotation]: networks } })
  const invoke = createBundledInvoke({
    plugins: await loadPlugins(),
    fallback: execPlugin,
    log: silentLog,
    host: () => host,
    linkGroup,
    ...options,
  })
  // Replies wait for the status, so that a test sees it, and its failure.
  const statusTiming = { waitMs: 5000, deadlineMs: 5000 }
  const settings = { cniDir: join(directory, 'multus') }
  const dataDir = join(directory, 'networks')
  const start = (boot: Boot): Multus =>
    createMultus({
      cluster,
      invoke,
      linkGroup,
      settings,
      dataDir,
      boot,
      timing: { gcGraceMs: 0, statusTiming },
    })
  const firstBoot = { id: 'boot-1', startedMs: 0 }
  let multus = start(firstBoot)
  const run: MultusNode['run'] = async (
    command,
    { containerId = 'c1', pod: other = pod, config = {} } = {},
  ) => {
    const stdin = { ...multusConfig(directory), ...config }
    const text = await multus.handle(
      environment(command, containerId, other.path),
      Buffer.from(JSON.stringify(stdin)),
    )
    const value = text === '' ? undefined : parseJson(text)
    return isJsonObject(value) ? value : undefined
  }
  return {
    host,
    pod,
    cluster,
    get multus() {
      return multus
    },
    restart: (boot = firstBoot) => {
      multus = start(boot)
    },
    directory,
    run,
  }
}

/** Such a node with the networks net-1 and net-2; its pod asks for both unless told otherwise. */
export async function makeNodeWithNetworks(
  t: Cleanup,
  { networks = 'net-1,net-2', dual = false, ...options }: NetworksOptions = {},
): Promise<MultusNode> {
  const node = await makeMultusNode(t, networks, options)
  for (const number of [1, 2]) {
    node.cluster.putDefinition(`default/net-${number}`, macvlan(node.directory, number, { dual }))
  }
  return node
}

/** Another pod sandbox of the node. */
export function makeSandbox(t: Cleanup): Namespace {
  return makeNamespace(t)
}

/** The environment that a runtime gives. */
export function environment(command: string, containerId: string, netns: string): Record<string, string> {
  return {
    CNI_COMMAND: command,
    CNI_CONTAINERID: containerId,
    CNI_NETNS: netns,
    CNI_IFNAME: 'eth0',
    CNI_PATH: '/nonexistent',
    CNI_ARGS: `IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1;K8S_POD_INFRA_CONTAINER_ID=${containerId};K8S_POD_UID=uid-1`,
  }
}

/** A configuration whose default network is a bridge with a default route through 10.88.0.1 and, if wanted, fd88::1. */
export function multusConfig(directory: string, { dual = false } = {}): JsonObject {
  const delegate = {
    cniVersion: '1.1.0',
    name: 'default-net',
    type: 'bridge',
    bridge: 'cni0',
    isGateway: true,
  }
  const ranges = [[{ subnet: '10.88.0.0/24' }], ...(dual ? [[{ subnet: 'fd88::/64' }]] : [])]
  const routes = [{ dst: '0.0.0.0/0' }, ...(dual ? [{ dst: '::/0' }] : [])]
  return {
    cniVersion: '1.1.0',
    name: 'multus-cni-network',
    type: 'multus',
    cniDir: join(directory, 'multus'),
    delegates: [{ ...delegate, ipam: hostLocal(directory, ranges, routes) }],
  }
}

/** A macvlan network on `ens4` with the subnet 10.10.<number>.0/24 and, if wanted, fd10:<number>::/64. */
export function macvlan(directory: string, number: number, { dual = false } = {}): JsonObject {
  const ranges = [
    [{ subnet: `10.10.${number}.0/24` }],
    ...(dual ? [[{ subnet: `fd10:${number}::/64` }]] : []),
  ]
  const name = `net-${number}`
  return {
    cniVersion: '1.1.0',
    name,
    type: 'macvlan',
    master: 'ens4',
    mode: 'bridge',
    ipam: hostLocal(directory, ranges),
  }
}

function hostLocal(directory: string, ranges: JsonObject[][], routes: JsonObject[] = []): JsonObject {
  return { type: 'host-local', dataDir: join(directory, 'networks'), ranges, routes }
}

/** The addresses that host-local holds, over all networks, sorted. */
export function reservations({ directory }: Pick<MultusNode, 'directory'>): readonly string[] {
  const names = readdirSync(join(directory, 'networks'), { recursive: true }).map(String)
  return names.filter((name) => /\/[0-9a-f.:]+$/.test(name)).toSorted()
}

/** Default routes as `ip route` shows them: `default via 10.88.0.1 dev eth0`. */
export function defaultRoutes(pod: Namespace): readonly string[] {
  return ['-4', '-6'].flatMap((family) =>
    ip(pod, family, 'route', 'show', 'default').map(({ gateway, dev }) => {
      assert.ok(typeof gateway === 'string' && typeof dev === 'string')
      return `default via ${gateway} dev ${dev}`
    }),
  )
}
