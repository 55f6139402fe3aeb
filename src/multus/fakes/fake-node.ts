// SPDX-License-Identifier: Apache-2.0

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Boot } from '../gc/boot.ts'
import { createMultus } from '../multus.ts'
import type { Multus, MultusOptions } from '../multus.ts'
import { FakeCluster } from './fake-cluster.ts'
import { FakePlugins } from './fake-plugins.ts'
import { fakeKernel, FakePodNamespace } from './fake-pod-namespace.ts'

/** How a call differs from the usual one: container `c1` of `default/pod1`, interface `eth0`. */
export interface FakeCall {
  readonly config?: object
  readonly env?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A node in memory, but for the cache directory, with one pod sandbox and a Multus. */
export interface FakeNode extends Disposable {
  readonly multus: Multus
  /** Starts Multus again, as after a restart of the daemon or, with another boot, of the node. */
  readonly restart: (boot?: Boot) => void
  /** Takes the network namespace of the pod away, as the end of its sandbox does. */
  readonly removeNamespace: () => void
  /** Puts an empty file in its place, which is what a process sees that is told of no mounts. */
  readonly hideNamespace: () => void
  /** Puts it back. */
  readonly bringNamespaceBack: () => void
  readonly plugins: FakePlugins
  readonly cluster: FakeCluster
  readonly namespace: FakePodNamespace
  /** `confDir` is below it, and `cniDir`. */
  readonly directory: string
  readonly cniDir: string
  /** Where host-local keeps its reservations. */
  readonly dataDir: string
  /** What Multus prints. */
  readonly run: (command: string, call?: FakeCall) => Promise<string>
}

/** The network namespace of the pod of a fake node. */
export const fakeNetns = '/run/netns/pod1'

const usualEnv = {
  CNI_CONTAINERID: 'c1',
  CNI_NETNS: fakeNetns,
  CNI_IFNAME: 'eth0',
  CNI_PATH: '/opt/cni/bin',
  CNI_ARGS:
    'IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod1;K8S_POD_INFRA_CONTAINER_ID=c1;K8S_POD_UID=uid-1',
}

const shortTiming: Required<MultusOptions>['timing'] = {
  statusTiming: { waitMs: 1000, deadlineMs: 1000 },
  podTiming: { attemptMs: 100, attempts: 3, pauseMs: 1 },
  readinessTiming: { timeoutMs: 20, intervalMs: 5 },
  gcGraceMs: 0,
}

/** Makes such a node; without `cluster` there is no Kubernetes on it. */
export function createFakeNode(
  options: Partial<MultusOptions> & { readonly withoutCluster?: boolean } = {},
): FakeNode {
  const { withoutCluster = false, timing = {}, ...rest } = options
  const directory = mkdtempSync(join(tmpdir(), 'plait-multus-'))
  const [namespace, cluster, cniDir] = [new FakePodNamespace(), new FakeCluster(), join(directory, 'cni')]
  const plugins = new FakePlugins(namespace)
  const namespaces = new Map<string, FakePodNamespace | 'own' | 'file'>([
    [fakeNetns, namespace],
    ['/proc/self/ns/net', 'own'],
    ['/etc/passwd', 'file'],
  ])
  const dataDir = join(directory, 'networks')
  const start = (boot: Boot): Multus =>
    createMultus({
      ...(!withoutCluster && { cluster }),
      invoke: plugins.invoke,
      kernel: fakeKernel(namespaces),
      timing: { ...shortTiming, ...timing },
      settings: { cniDir },
      dataDir,
      boot,
      ...rest,
    })
  const firstBoot = { id: 'boot-1', startedMs: 0 }
  let multus = start(firstBoot)
  return {
    get multus() {
      return multus
    },
    restart: (boot = firstBoot) => {
      multus = start(boot)
    },
    removeNamespace: () => void namespaces.delete(fakeNetns),
    hideNamespace: () => void namespaces.set(fakeNetns, 'file'),
    bringNamespaceBack: () => void namespaces.set(fakeNetns, namespace),
    dataDir,
    plugins,
    cluster,
    namespace,
    directory,
    cniDir,
    run: async (command, { config = {}, env = {}, signal } = {}) => {
      const stdin = { cniVersion: '1.0.0', name: 'multus-cni-network', type: 'multus', cniDir, ...config }
      const bytes = Buffer.from(JSON.stringify({ confDir: join(directory, 'conf'), ...stdin }))
      return multus.handle({ CNI_COMMAND: command, ...usualEnv, ...env }, bytes, { signal })
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  }
}
