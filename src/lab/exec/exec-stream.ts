// SPDX-License-Identifier: Apache-2.0

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import type { IncomingMessage } from 'node:http'
import type { Duplex, Readable } from 'node:stream'
import { PlaitError, type JsonObject } from '../../base/index.ts'
import type { PodStreamRequest } from '../../kubernetes/index.ts'
import { channel, Channels, offersChannels } from './channels.ts'

/** Gives the command that runs another one in the pod; undefined when the pod has no sandbox. */
export type EnterPod = (
  request: PodStreamRequest,
  command: readonly string[],
) => readonly string[] | undefined

/**
 * Serves `kubectl exec` for the pods of the lab: runs the command, carries input and output, tells the exit code.
 *
 * @throws PlaitError for what the lab does not offer; the API server then refuses the request with that text.
 */
export function serveExec(
  request: PodStreamRequest,
  { message, socket }: { readonly message: IncomingMessage; readonly socket: Duplex },
  enter: EnterPod,
): void {
  const { subresource, query } = request
  const command = query.getAll('command')
  const argv = enter(request, ['/bin/busybox', 'env', 'PATH=/bin', ...command])
  if (subresource !== 'exec') throw refused(`the lab does not offer ${subresource}`)
  if (query.get('tty') === 'true') {
    throw refused(
      `the lab gives kubectl no terminal; leave out -t, or use: plait lab exec ${request.name} -- …`,
    )
  }
  if (!offersChannels(message)) throw refused('the lab speaks only WebSocket; use kubectl 1.31 or later')
  if (argv === undefined) throw refused(`pod ${request.name} has no sandbox yet`)
  new Exec(argv, query.get('stdin') === 'true').serve(message, socket)
}

/** One command that runs for a client. */
class Exec {
  readonly #child: ChildProcessWithoutNullStreams

  constructor([program = '', ...args]: readonly string[], hasInput: boolean) {
    this.#child = spawn(program, args, { stdio: 'pipe' })
    // A command that does not read its input breaks the pipe.
    this.#child.stdin.on('error', () => undefined)
    if (!hasInput) this.#child.stdin.end()
  }

  serve(message: IncomingMessage, socket: Duplex): void {
    const { stdin, stdout, stderr } = this.#child
    const channels = new Channels(message, socket, {
      onInput: (data) => void stdin.write(data),
      onInputEnd: () => void stdin.end(),
      onGone: () => void this.#child.kill('SIGKILL'),
    })
    carry(stdout, channel.stdout, channels)
    carry(stderr, channel.stderr, channels)
    this.#child.once('error', (error) => finish(channels, failure(error.message)))
    this.#child.once('close', (code) =>
      finish(channels, code === 0 ? { status: 'Success' } : exitStatus(code)),
    )
  }
}

function carry(stream: Readable, number: number, channels: Channels): void {
  stream.on('data', (chunk: Buffer) => {
    if (channels.send(number, chunk)) return
    stream.pause()
    channels.onceDrained(() => stream.resume())
  })
}

function finish(channels: Channels, status: JsonObject): void {
  channels.send(channel.error, Buffer.from(JSON.stringify({ metadata: {}, ...status })))
  channels.end()
}

/** The Status from which kubectl takes its own exit code (k8s.io/apimachinery, NonZeroExitCode). */
function exitStatus(code: number | null): JsonObject {
  return {
    ...failure(`command terminated with non-zero exit code: ${code ?? 'killed'}`),
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code ?? 137) }] },
  }
}

function failure(message: string): JsonObject {
  return { status: 'Failure', message }
}

function refused(message: string): PlaitError {
  return new PlaitError('lab/not-offered', message)
}
