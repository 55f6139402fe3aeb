// SPDX-License-Identifier: Apache-2.0

import type { Socket } from 'node:net'
import { PlaitError } from '../../base/index.ts'
import type { Log } from '../../base/index.ts'
import { formatCniError } from '../../cni/index.ts'
import type { LiveHosts } from '../host/live-hosts.ts'
import { ShimHost } from '../host/shim-host.ts'
import { encodeFrame, FrameReader, frameType } from '../protocol/frames.ts'
import type { Frame } from '../protocol/frames.ts'
import { protocolName } from '../protocol/limits.ts'
import { ProtocolError } from '../protocol/protocol-error.ts'
import { encodeShimReply } from '../protocol/reply.ts'
import { decodeShimRequest } from '../protocol/request.ts'
import type { CniCall, Outcome } from '../requests/cni-call.ts'

/** What a session works with. */
export interface ShimSessionOptions {
  readonly answer: (call: CniCall) => Promise<Outcome>
  readonly log: Log
  /** Learns of the shim, through which programs can be run on its host. */
  readonly hosts: LiveHosts
  /** How long the whole REQUEST frame may take to come. */
  readonly requestMs: number
  /** How long the shim may take to read the answer and close. */
  readonly closeMs: number
}

/** Tells the shim that it talks to its daemon; the request is acted on only after that. */
export const acceptance = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocolName}\r\n\r\n`

// A shim whose own call is done stays for the others that have borrowed it, but its runtime must not wait for long.
const lentMs = 20_000

/**
 * One shim on a connection that has been upgraded: one REQUEST, then any number of programs that it runs for the
 * daemon, one REPLY, then the end.
 */
export class ShimSession {
  readonly #socket: Socket
  readonly #options: ShimSessionOptions
  readonly #reader = new FrameReader()
  readonly #gone = new AbortController()
  readonly #host: ShimHost
  readonly #timer: NodeJS.Timeout
  #state: 'waiting' | 'running' | 'answered' | 'over' = 'waiting'

  /** @param head what came together with the upgrade. */
  constructor(socket: Socket, head: Buffer, options: ShimSessionOptions) {
    this.#socket = socket
    this.#options = options
    this.#host = new ShimHost((bytes) => void this.#socket.write(bytes))
    const { requestMs } = options
    this.#timer = setTimeout(
      () =>
        this.#drop(new ProtocolError(`Cannot wait for a REQUEST frame: none came within ${requestMs} ms`)),
      requestMs,
    )
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('end', () => this.#end())
    socket.on('close', () => this.#end())
    socket.on('error', () => this.#end())
    socket.write(acceptance)
    if (head.length > 0) this.#receive(head)
  }

  #receive(chunk: Buffer): void {
    if (this.#state === 'over') return
    try {
      for (const frame of this.#reader.push(chunk)) this.#take(frame)
    } catch (error) {
      this.#drop(error)
    }
  }

  #take(frame: Frame): void {
    const { type, payload } = frame
    if (this.#state === 'waiting' && type === frameType.request) {
      this.#state = 'running'
      clearTimeout(this.#timer)
      const { hosts } = this.#options
      void this.#run({ ...decodeShimRequest(payload), gone: this.#gone.signal, host: hosts.of(this.#host) })
    } else if (this.#state === 'running' && (type === frameType.execResult || type === frameType.found)) {
      this.#host.receive(frame)
    } else if (this.#state !== 'answered') {
      throw new ProtocolError(`Cannot take a frame of type ${type}: it is not its turn`)
    }
  }

  async #run(call: CniCall): Promise<void> {
    const { answer, hosts } = this.#options
    hosts.add(this.#host)
    const outcome = await answer(call)
    hosts.remove(this.#host)
    await this.#host.idle(lentMs)
    if (this.#state !== 'running') return
    this.#state = 'answered'
    const failed = 'error' in outcome
    const stdout = Buffer.from(failed ? formatCniError(outcome.error) : outcome.stdout)
    this.#socket.end(encodeFrame(frameType.reply, encodeShimReply({ exitCode: failed ? 1 : 0, stdout })))
    this.#socket.setTimeout(this.#options.closeMs, () => this.#socket.destroy())
  }

  #drop(error: unknown): void {
    if (this.#state === 'over') return
    this.#options.log.warn({ error }, 'shim dropped')
    this.#end()
  }

  // The shim never closes its half first: when it does, it has been killed.
  #end(): void {
    if (this.#state === 'over') return
    const wasRunning = this.#state === 'running'
    this.#state = 'over'
    clearTimeout(this.#timer)
    this.#socket.destroy()
    if (!wasRunning) return
    const reason = new PlaitError('daemon/caller-gone', 'Cannot go on: the runtime has ended the shim')
    this.#options.hosts.remove(this.#host)
    this.#host.close(reason)
    this.#gone.abort(reason)
  }
}
