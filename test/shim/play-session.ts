// SPDX-License-Identifier: Apache-2.0

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ProcessLimits, ProcessRequest } from '../../src/cni/index.ts'
import { frameType } from '../../src/daemon/index.ts'
import { ShimHost } from '../../src/daemon/host/shim-host.ts'
import { addEnvironment, runShim } from './run-shim.ts'
import type { ShimEnd } from './run-shim.ts'
import { accepted, listen, playDaemon, reply, socketDirectory } from './scripted-daemon.ts'

/** A shim whose request has been accepted, and which waits for what it is to do. */
export interface PlayedSession {
  /** The daemon's end of it. */
  readonly host: ShimHost
  readonly socket: Socket
  readonly shim: ChildProcess
  /** The only directory of the shim's CNI_PATH besides one that is not there. */
  readonly bin: string
  /** Writes an executable file there, and gives its path. */
  readonly install: (name: string, script: string) => string
  /** Answers the request, and waits for the shim's end. */
  readonly finish: () => Promise<ShimEnd>
  /** How the shim ended. */
  readonly ended: Promise<ShimEnd>
}

/** Starts a shim, and takes its request. @param args for a program that runs the shim. */
export async function playSession(
  t: TestContext,
  shim: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<PlayedSession> {
  const directory = socketDirectory(t)
  const bin = join(directory, 'bin')
  mkdirSync(bin)
  const connected = Promise.withResolvers<Pick<PlayedSession, 'socket' | 'host'>>()
  await playDaemon(t, directory, (socket) => {
    const host = new ShimHost((bytes) => void socket.write(bytes))
    socket.once('close', () => host.close(new Error('closed')))
    listen(
      socket,
      () => socket.write(accepted),
      (frame) => {
        if (frame.type === frameType.request) connected.resolve({ socket, host })
        else host.receive(frame)
      },
    )
  })
  const started = Promise.withResolvers<ChildProcess>()
  const ended = runShim(shim, {
    args,
    env: { ...addEnvironment, CNI_PATH: `/nowhere:${bin}`, ...env },
    stdin: JSON.stringify({ name: 'n', daemonSocketDir: directory }),
    onStart: started.resolve,
  })
  const [child, { socket, host }] = await Promise.all([started.promise, connected.promise])
  t.after(() => void child.kill('SIGKILL'))
  return {
    host,
    socket,
    shim: child,
    bin,
    install: (name, script) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
      return join(bin, name)
    },
    finish: async () => {
      socket.write(reply(0, 'done'))
      return ended
    },
    ended,
  }
}

const limits: ProcessLimits = { timeoutMs: 10_000, maxStdoutBytes: 4 << 20, maxStderrBytes: 64 << 10 }

/** A program to run, with bounds as the daemon sets them. */
export function program(
  file: string,
  {
    limits: bounds,
    ...more
  }: Partial<Omit<ProcessRequest, 'limits'>> & { readonly limits?: Partial<ProcessLimits> } = {},
): ProcessRequest {
  return { file, env: {}, input: '', ...more, limits: { ...limits, ...bounds } }
}

/** Waits until the process with this id is gone, reaped and all. */
export async function processEnds(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
