// SPDX-License-Identifier: Apache-2.0

import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { runCommand, waitFor } from '../../src/base/index.ts'
import { childrenOf } from '../../src/lab/ground/children-of.ts'
import { firstLine } from '../../src/lab/ground/first-line.ts'
import { nodePath } from './built-kubernetes.ts'

// Process 1 reaps what containerd's shims leave to it. All state is in memory and goes with the namespaces.
const processOne = `set -e
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=755,size=256m state /var/lib
mkdir -p /run/netns /var/lib/cni
ip link set lo up
echo ready
sleep infinity &
while :; do wait; done`

// As the lab's: when this process dies, setpriv's signal ends unshare, and that ends process 1 and with it all others.
const enclosure =
  'unshare --net --mount --ipc --uts -- setpriv --pdeathsig KILL -- unshare --pid --fork --kill-child=SIGKILL --mount-proc -- bash -c'

/** Namespaces of a node, with /run and /var/lib of its own, and with the machine's other files. */
export class EnclosedNode implements AsyncDisposable {
  /** Process 1 of the node, as this machine counts. */
  readonly pid: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child
    this.pid = pid
  }

  static async start(): Promise<EnclosedNode> {
    const [program = '', ...words] = enclosure.split(' ')
    const child = spawn(program, [...words, processOne], { stdio: ['ignore', 'pipe', 'pipe'] })
    await firstLine(child, 'the node')
    return new EnclosedNode(child, onlyChildOf(child.pid ?? 0))
  }

  /** A path of the node as this process sees it. */
  path(inside: string): string {
    // The machine's /var/run is a link to /run, and an absolute one would lead out of the node.
    return `/proc/${this.pid}/root${inside.replace(/^\/var\/run\//, '/run/')}`
  }

  /** What a program prints that runs in the node. @throws CommandError */
  async run(argv: readonly string[], timeoutMs = 60_000): Promise<string> {
    const { stdout } = await runCommand([...this.#enter(), ...argv], { env: this.#env, timeoutMs })
    return stdout
  }

  /** Starts a program in the node; gives the process that runs it, and not the one that entered. */
  async spawn(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    output: number,
  ): Promise<NodeProcess> {
    const [program = '', ...words] = [...this.#enter(), ...argv]
    const child = spawn(program, words, {
      env: { ...this.#env, ...env },
      stdio: ['ignore', output, output],
    })
    const ended = once(child, 'exit').then(() => undefined)
    const pid = await waitFor(() => childrenOf(child.pid ?? 0)[0], {
      timeoutMs: 5000,
      what: `${argv[0]} to start`,
    })
    return { pid, ended }
  }

  /** Ends all processes of the node, and so its namespaces and mounts. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    process.kill(this.pid, 'SIGKILL')
    await ended
  }

  #enter(): string[] {
    return ['nsenter', '--target', String(this.pid), '--net', '--mount', '--pid', '--ipc', '--uts', '--']
  }

  get #env(): Record<string, string> {
    return { PATH: nodePath.join(':'), HOME: '/root' }
  }
}

/** A program that runs in a node. */
export interface NodeProcess {
  readonly pid: number
  readonly ended: Promise<void>
}

function onlyChildOf(pid: number): number {
  const [child] = childrenOf(pid)
  if (child === undefined) throw new Error(`Process ${pid} has no child`)
  return child
}
