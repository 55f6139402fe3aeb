// SPDX-License-Identifier: Apache-2.0

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstLine } from '../ground/first-line.ts'
import { enterPod } from './enter-pod.ts'

/** How a pod's namespaces are made. */
export interface PauseOptions {
  readonly netns: string
  /** Directory to make the root of the pod's containers in. */
  readonly root: string
  /** Directory that they see as `/bin`. */
  readonly image: string
  readonly hostname: string
  readonly resolvConf: string
}

// Runs in the pod's own mount namespace, so that all mounts go with it. $1 root, $2 image, $3 host name.
const setUp = `set -e
"$2/busybox" hostname "$3"
mount --bind -o ro "$2" "$1/bin"
for device in null zero full random urandom tty; do mount --bind "/dev/$device" "$1/dev/$device"; done
mount -t proc proc "$1/proc"
echo ready
exec "$2/busybox" sleep infinity`

const unshareOptions = ['--uts', '--ipc', '--mount', '--pid', '--fork', '--kill-child=SIGKILL']

/**
 * The process that keeps a pod's namespaces (PID, mount, IPC, host name) alive, and the root of its containers.
 * Killing it ends every process of the pod.
 */
export class Pause {
  readonly root: string
  readonly #child: ChildProcess

  private constructor(root: string, child: ChildProcess) {
    this.root = root
    this.#child = child
  }

  /** @throws Error with what the set-up said when a mount or a namespace is refused. */
  static async start(options: PauseOptions): Promise<Pause> {
    makeRoot(options)
    const { netns, root, image, hostname } = options
    const child = spawn(
      'nsenter',
      [`--net=${netns}`, 'unshare', ...unshareOptions, 'sh', '-c', setUp, 'sh', root, image, hostname],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    await firstLine(child, 'the sandbox of the pod')
    return new Pause(root, child)
  }

  /** The process whose namespaces are the pod's; the PID namespace is that of its children. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The command that runs another one in the pod's namespaces and root. */
  enter(command: readonly string[]): string[] {
    return enterPod(this, command)
  }

  /** Ends all processes of the pod and removes its root. */
  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit')
      this.#child.kill('SIGKILL')
      await exited
    }
    rmSync(this.root, { recursive: true, force: true })
  }
}

function makeRoot({ root, hostname, resolvConf }: PauseOptions): void {
  for (const name of ['bin', 'dev', 'etc', 'proc', 'root', 'run', 'tmp', 'usr', 'var']) {
    mkdirSync(join(root, name), { recursive: true })
  }
  for (const name of ['null', 'zero', 'full', 'random', 'urandom', 'tty'])
    writeFileSync(join(root, 'dev', name), '')
  for (const name of ['sbin', 'usr/bin', 'usr/sbin']) symlinkSync('/bin', join(root, name))
  writeFileSync(join(root, 'etc/resolv.conf'), resolvConf)
  writeFileSync(join(root, 'etc/hostname'), `${hostname}\n`)
  writeFileSync(join(root, 'etc/hosts'), `127.0.0.1\tlocalhost\n::1\tlocalhost\n`)
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n')
}
