// SPDX-License-Identifier: Apache-2.0

import { mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runCommand, waitFor } from '../../src/base/index.ts'
import { EmbeddedApiServer } from '../../src/kubernetes/index.ts'
import { Namespace } from '../../src/linux/index.ts'
import { ApiDoor } from '../bad-input/api-door.ts'
import { makeCard } from '../netns/fixture.ts'
import { scripts } from './built-kubernetes.ts'
import { removeCgroup } from './cgroup.ts'
import { Cri } from './cri.ts'
import { DaemonKeeper } from './daemon-keeper.ts'
import { EnclosedNode } from './enclosed-node.ts'
import { networks, writeNodeFiles } from './node-files.ts'

/** A node with a real container runtime that calls the shim, the daemon as a process, and an API server in memory. */
export class RuntimeNode implements AsyncDisposable {
  readonly node: EnclosedNode
  readonly host: Namespace
  readonly api: EmbeddedApiServer
  readonly cri: Cri
  readonly daemon: DaemonKeeper
  readonly #directory: string
  readonly #parts: AsyncDisposable

  private constructor(
    parts: Pick<RuntimeNode, 'node' | 'host' | 'api' | 'cri' | 'daemon'>,
    owned: OwnedParts,
  ) {
    this.node = parts.node
    this.host = parts.host
    this.api = parts.api
    this.cri = parts.cri
    this.daemon = parts.daemon
    this.#directory = owned.directory
    this.#parts = owned.parts
  }

  /** A node whose runtime is up and whose network is ready. */
  static async start(): Promise<RuntimeNode> {
    await using parts = new AsyncDisposableStack()
    const directory = mkdtempSync(join(tmpdir(), 'plait-containerd-'))
    parts.defer(() => rmSync(directory, { recursive: true }))
    const cgroup = `/${basename(directory)}`
    parts.defer(() => removeCgroup(cgroup))
    const node = parts.use(await EnclosedNode.start())
    const host = parts.use(Namespace.open(`/proc/${node.pid}/ns/net`))
    makeCard(host, 'card')
    const api = parts.use(await EmbeddedApiServer.start())
    api.apply(networks)
    const door = ApiDoor.open({ after: (step) => parts.defer(step) }, host, Number(new URL(api.url).port))
    const files = writeNodeFiles(directory, door.url)
    const cri = new Cri(node, { directory, cgroup })
    const daemon = new DaemonKeeper(node, { config: files.daemonConfig, log: join(directory, 'daemon.log') })
    const running = new RuntimeNode({ node, host, api, cri, daemon }, { directory, parts: parts.move() })
    await using failed = new AsyncDisposableStack()
    failed.use(running)
    await running.#startContainerd(files.containerdConfig)
    await daemon.start()
    await running.#untilNetworkReady()
    failed.move()
    return running
  }

  /** What containerd has logged. */
  get containerdLog(): string {
    return readFileSync(join(this.#directory, 'containerd.log'), 'utf8')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]()
  }

  async #startContainerd(config: string): Promise<void> {
    const images = join(this.#directory, 'images')
    await runCommand([join(scripts, 'images.sh'), 'base', images], { timeoutMs: 60_000 })
    const log = openSync(join(this.#directory, 'containerd.log'), 'a')
    await this.node.spawn(['containerd', '--config', config], {}, log)
    closeSync(log)
    const answers = async (): Promise<boolean> => this.node.run(['ctr', 'version']).then(Boolean, () => false)
    await waitFor(answers, { timeoutMs: 20_000, intervalMs: 50, what: 'containerd to answer' })
    await this.node.run([join(scripts, 'images.sh'), 'import', images, 'ctr'])
  }

  async #untilNetworkReady(): Promise<void> {
    const ready = async (): Promise<boolean> => (await this.cri.networkStatus()).ready
    await waitFor(ready, { timeoutMs: 20_000, intervalMs: 100, what: 'the network to be ready' })
  }
}

interface OwnedParts {
  readonly directory: string
  readonly parts: AsyncDisposable
}
