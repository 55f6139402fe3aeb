// SPDX-License-Identifier: Apache-2.0

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Namespace } from '../../linux/index.ts'
import { firstLine } from './first-line.ts'

// What a node has of its own; everything else is the machine's. $1 busybox, $2 host name.
const setUp = `set -e
"$1" hostname "$2"
for directory in /run /etc/cni /opt/cni /var/lib/cni /mnt; do mount -t tmpfs -o mode=755 "$2" "$directory"; done
mkdir -p /run/netns /run/lock /etc/cni/net.d /etc/cni/multus/net.d /opt/cni/bin
# Namespaces that are made later are seen in other mount namespaces too, as on a host with systemd.
mount --bind /run/netns /run/netns
mount --make-shared /run/netns
echo ready
exec sleep infinity`

/** The namespaces of a simulated machine: network, mounts, host name; kept by a process that only sleeps. */
export class NodeHolder {
  readonly name: string
  readonly namespace: Namespace
  readonly #child: ChildProcess

  private constructor(name: string, child: ChildProcess) {
    this.name = name
    this.#child = child
    this.namespace = Namespace.open(this.netns)
  }

  /** @throws PlaitError with what the set-up said */
  static async start(name: string, busybox: string): Promise<NodeHolder> {
    const child = spawn(
      'unshare',
      ['--net', '--mount', '--uts', '--', 'sh', '-c', setUp, 'sh', busybox, name],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    await firstLine(child, `node ${name}`)
    return new NodeHolder(name, child)
  }

  /** Path of the node's network namespace. */
  get netns(): string {
    return `/proc/${this.#child.pid}/ns/net`
  }

  /** Where the node's file system is found from the lab. */
  get root(): string {
    return `/proc/${this.#child.pid}/root`
  }

  /** The command that runs another one on the node. */
  enter(command: readonly string[]): string[] {
    const ns = `/proc/${this.#child.pid}/ns`
    return ['nsenter', `--net=${ns}/net`, `--mount=${ns}/mnt`, `--uts=${ns}/uts`, '--', ...command]
  }

  /** Writes a file of the node, by its path there. */
  writeFile(path: string, data: string | Uint8Array, mode = 0o644): void {
    const target = join(this.root, path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, data, { mode })
  }
}
