// SPDX-License-Identifier: Apache-2.0

import { type ChildProcess, spawn } from 'node:child_process'
import type { ContainerSpec } from '../cluster/pod-spec.ts'
import { ContainerLog } from './container-log.ts'
import type { Pause } from './pause.ts'

/** How a container ended. */
export interface ContainerEnd {
  readonly exitCode: number
  /** The last of what it printed. */
  readonly output: string
}

const maxOutput = 2048

/** The command of a container, running in its pod. */
export class Container {
  readonly name: string
  /** Is resolved when the command has ended. */
  readonly ended: Promise<ContainerEnd>
  readonly #child: ChildProcess

  constructor(pause: Pause, spec: ContainerSpec, logPath: string) {
    this.name = spec.name
    const [program = '', ...args] = pause.enter(commandOf(spec))
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.ended = watchEnd(this.#child, new ContainerLog(logPath))
  }

  /** Whether the command is still running. */
  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }
}

// An image's own command is not known here; a container without one is kept alive.
function commandOf({ command, args, env, workingDir }: ContainerSpec): string[] {
  const asked = [...command, ...args]
  const argv = asked.length === 0 ? ['/bin/sleep', 'infinity'] : asked
  const variables = [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'HOME=/root',
    ...env.map(({ name, value }) => `${name}=${value}`),
  ]
  const changeAndRun = ['/bin/sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', workingDir, ...argv]
  return ['/bin/busybox', 'env', '-i', ...variables, ...changeAndRun]
}

async function watchEnd(child: ChildProcess, log: ContainerLog): Promise<ContainerEnd> {
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = `${output}${chunk.toString()}`.slice(-maxOutput)
    log.write(chunk)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: 128, output: error.message }))
    // "close" rather than "exit": the last of the output has then been read.
    child.once('close', (code) => {
      const end = { exitCode: code ?? 137, output: output.trim() }
      void log.end().then(() => resolve(end))
    })
  })
}
