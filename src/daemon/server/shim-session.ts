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
import type { ByteShare } from './byte-budget.ts'
import type { HttpLimits } from './http-limits.ts'

/** What a session works with. */
export interface ShimSessionOptions {
  readonly answer: (call: CniCall) => Promise<Outcome>
  readonly log: Log
  /** Learns of the shim, through which programs can be run on its host. */
  readonly hosts: LiveHosts
  /** What the REQUEST frame holds, as long as the connection lasts. */
  readonly request: ByteShare
  /** What results hold that have come in part. */
  readonly results: ByteShare
  readonly limits: Pick<HttpLimits, 'requestMs' | 'closeMs' | 'lendMs' | 'stayMs'>
}

/** Tells the shim that it talks to its daemon; the request is acted on only after that. */
export const acceptance = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${protocolName}\r\n\r\n`

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

  /** @param head what came together with the upgrade; `options.request` holds it already. */
  constructor(socket: Socket, head: Buffer, options: ShimSessionOptions) {
    this.#socket = socket
    this.#options = options
    this.#host = new ShimHost((bytes) => void this.#socket.write(bytes))
    const { requestMs } = options.limits
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
    // Linux tells of a closed unix socket with the write itself, and Node writes at once.
    if (socket.errored !== null) this.#dropUnaccepted()
    else if (head.length > 0) this.#read(head)
  }

  #receive(chunk: Buffer): void {
    if (this.#state === 'over') return
    if (this.#state !== 'waiting' || this.#options.request.grow(chunk.length)) this.#read(chunk)
    else this.#dropForRoom()
  }

  #read(chunk: Buffer): void {
    try {
      for (const frame of this.#reader.push(chunk)) this.#take(frame)
    } catch (error) {
      return this.#drop(error)
    }
    if (this.#state === 'running' && !this.#options.results.resize(this.#reader.heldBytes))
      this.#dropForRoom()
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
    const { answer, hosts, limits } = this.#options
    // Of a node whose STATUS takes 30 s, the kubelet says that its runtime is down; it asks 5 s after the last answer.
    const isHurried = call.environment.CNI_COMMAND === 'STATUS'
    const mustGoMs = performance.now() + limits.stayMs
    hosts.add(this.#host, { isHurried })
    const outcome = await answer(call)
    hosts.remove(this.#host)
    const lendMs = isHurried ? limits.lendMs / 2 : limits.lendMs
    await this.#host.idle(Math.min(lendMs, Math.max(0, mustGoMs - performance.now())))
    if (this.#state !== 'running') return
    this.#state = 'answered'
    // With the REPLY the shim ends whatever it runs.
    this.#host.close(new Error('its own call is answered, and it was not to be kept any longer'))
    const failed = 'error' in outcome
    const stdout = Buffer.from(failed ? formatCniError(outcome.error) : outcome.stdout)
    this.#socket.end(encodeFrame(frameType.reply, encodeShimReply({ exitCode: failed ? 1 : 0, stdout })))
    this.#socket.setTimeout(limits.closeMs, () => this.#socket.destroy())
  }

  #drop(error: unknown): void {
    if (this.#state === 'over') return
    this.#options.log.warn({ error }, 'shim dropped')
    this.#end()
  }

  // It never saw its 101, so it has kept its DEL itself, or told its runtime that nothing was done.
  #dropUnaccepted(): void {
    this.#options.log.warn({}, 'shim dropped: it has given up before it was accepted')
    this.#end()
  }

  #dropForRoom(): void {
    this.#options.log.warn({}, 'shim dropped: too many large requests are under way')
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
