// SPDX-License-Identifier: Apache-2.0

import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonValue } from '../../src/base/index.ts'
import { EmbeddedApiServer } from '../../src/kubernetes/index.ts'
import type { Namespace } from '../../src/linux/index.ts'
import { dig, makeNamespace, runIn } from '../netns/fixture.ts'
import { buildShims } from '../shim/build-shim.ts'
import { pathFor, startDaemon } from '../shim/real-daemon.ts'
import type { RealDaemon } from '../shim/real-daemon.ts'
import { runShim } from '../shim/run-shim.ts'
import type { ShimEnd } from '../shim/run-shim.ts'
import { ApiDoor } from './api-door.ts'
import { takeStock } from './node-stock.ts'
import type { Stock } from './node-stock.ts'
import { writeKubeconfig } from './write-kubeconfig.ts'

/** How a node differs from the usual one. */
export interface NodeOptions {
  /** Size of the file system below /var/lib. */
  readonly stateBytes?: number
  /** Nobody answers for the API server until {@link TestNode.door} is opened. */
  readonly apiIsAway?: boolean
}

/** A pod of the API, with a network namespace. */
export interface TestPod {
  readonly name: string
  readonly uid: string
  readonly containerId: string
  readonly container: Namespace
}

/** One CNI call for a pod; what is not given is as a runtime would have it. */
export interface PodCall {
  readonly stdin?: string | Buffer
  /** Variables that are changed or, where undefined, not set. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

interface Cleanup {
  after(step: () => void | Promise<void>): void
}

/** A node: network and mounts of its own, the daemon as a process, the shim as a program, an API server in memory. */
export class TestNode implements AsyncDisposable {
  readonly daemon: RealDaemon
  readonly api: EmbeddedApiServer
  readonly door: ApiDoor
  readonly #parts: AsyncDisposable
  readonly #shim = buildShims()[0]?.path ?? ''
  #count = 0

  private constructor(running: Pick<TestNode, 'daemon' | 'api' | 'door'>, parts: AsyncDisposable) {
    this.daemon = running.daemon
    this.api = running.api
    this.door = running.door
    this.#parts = parts
    writeFileSync(this.#clusterNetwork, JSON.stringify(defaultNetwork))
    this.addNetwork('good', macvlanOnCard)
  }

  static async start({ stateBytes = 4 << 20, apiIsAway = false }: NodeOptions = {}): Promise<TestNode> {
    await using parts = new AsyncDisposableStack()
    const t: Cleanup = { after: (step) => parts.defer(step) }
    const api = parts.use(await EmbeddedApiServer.start())
    const host = makeNamespace(t)
    runIn(host, 'ip', 'link', 'set', 'lo', 'up')
    const door = ApiDoor.open(t, host, Number(new URL(api.url).port))
    const kubeconfig = writeKubeconfig(t, door.url)
    if (apiIsAway) door.shut()
    // A /var/lib of the node's own can be filled and made read-only, and the machine's stays as it is.
    const mount = `mount -t tmpfs -o mode=755,size=${stateBytes} state /var/lib && mkdir /var/lib/cni && exec "$@"`
    const launcher = ['unshare', '--mount', 'sh', '-c', mount, 'sh']
    const daemon = await startDaemon(t, { kubeconfig }, { host, launcher })
    return new TestNode({ daemon, api, door }, parts.move())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]()
  }

  /** Runs a shell script that sees the node's files as the daemon does. */
  inMounts(script: string): void {
    const pid = String(this.daemon.process.pid)
    execFileSync('nsenter', ['--mount', '--target', pid, 'sh', '-ec', script], { timeout: 10_000 })
  }

  /** The directory of state, as this process sees it. */
  get state(): string {
    return `/proc/${this.daemon.process.pid}/root/var/lib/cni`
  }

  get #clusterNetwork(): string {
    return join(this.daemon.directory, '10-default.conflist')
  }

  /** A network attachment definition; a text stands in spec.config as it is. */
  addNetwork(name: string, config: object | string, namespace = 'default'): void {
    const text = typeof config === 'string' ? config : JSON.stringify(config)
    this.api.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      {
        apiVersion: 'k8s.cni.cncf.io/v1',
        kind: 'NetworkAttachmentDefinition',
        metadata: { name, namespace },
        spec: { config: text },
      },
    ])
  }

  /** A pod that asks for these networks; its network namespace goes with the test. */
  addPod(t: Cleanup, networks?: string | readonly object[]): TestPod {
    const number = ++this.#count
    const annotation = typeof networks === 'object' ? JSON.stringify(networks) : networks
    const pod = this.api.api.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `pod${number}`,
        namespace: 'default',
        annotations: annotation === undefined ? {} : { 'k8s.v1.cni.cncf.io/networks': annotation },
      },
      spec: { nodeName: 'node1', containers: [{ name: 'main', image: 'example/main' }] },
    })
    const uid = dig(pod, 'metadata', 'uid')
    if (typeof uid !== 'string') throw new Error('The pod got no UID')
    return { name: `pod${number}`, uid, containerId: `container${number}`, container: makeNamespace(t) }
  }

  /** The configuration that a runtime hands to Multus. */
  config(more: Readonly<Record<string, JsonValue>> = {}): string {
    const { delegates: _, cniDir: __, ...config } = JSON.parse(this.daemon.config([]))
    return JSON.stringify({ ...config, clusterNetwork: this.#clusterNetwork, ...more })
  }

  /** Runs the shim as a runtime does. */
  async call(
    command: string,
    pod: TestPod,
    { stdin = this.config(), env = {} }: PodCall = {},
  ): Promise<ShimEnd> {
    const { name, uid, containerId, container } = pod
    const args = {
      K8S_POD_NAMESPACE: 'default',
      K8S_POD_NAME: name,
      K8S_POD_INFRA_CONTAINER_ID: containerId,
      K8S_POD_UID: uid,
    }
    const variables: [string, string | undefined][] = Object.entries({
      CNI_COMMAND: command,
      CNI_CONTAINERID: containerId,
      CNI_NETNS: pathFor(container),
      CNI_IFNAME: 'eth0',
      CNI_PATH: join(this.daemon.directory, 'bin'),
      CNI_ARGS: ['IgnoreUnknown=1', ...Object.entries(args).map((pair) => pair.join('='))].join(';'),
      ...env,
    })
    const given = variables.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
    return runShim(this.#shim, { stdin, env: Object.fromEntries(given) })
  }

  /** What there is on the node and in a pod. */
  stock({ container: pod }: TestPod): Stock {
    const { host, process } = this.daemon
    return takeStock({ host, pod, daemonPid: process.pid ?? 0, state: this.state })
  }
}

/** A network on the node's card, with addresses of its own. */
export const macvlanOnCard = {
  cniVersion: '1.0.0',
  type: 'macvlan',
  master: 'card',
  ipam: { type: 'host-local', subnet: '10.1.0.0/24' },
}

const defaultNetwork = {
  cniVersion: '1.0.0',
  name: 'default-net',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.88.0.0/24' }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
  ],
}
