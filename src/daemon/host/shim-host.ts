// SPDX-License-Identifier: Apache-2.0

import { Limiter, PlaitError, toError } from '../../base/index.ts'
import type { ProcessOutcome, ProcessRequest } from '../../cni/index.ts'
import { decodeExecResult, encodeExec, encodeKill } from '../protocol/exec.ts'
import { decodeFound, encodeFind } from '../protocol/find.ts'
import { encodeFrame, frameType } from '../protocol/frames.ts'
import type { Frame } from '../protocol/frames.ts'
import { protocolLimits } from '../protocol/limits.ts'
import { ProtocolError } from '../protocol/protocol-error.ts'
import { hostEnvironment } from './host-environment.ts'
import { processOutcome } from './process-outcome.ts'

// The shim ends programs by itself; this is for one that has been stopped.
const graceMs = 5000
const findMs = 5000

interface Question {
  readonly id: number
  readonly frame: Buffer
  readonly timeoutMs: number
}

/** The host of one connected shim, as long as the connection lasts: plugins are looked for and run there. */
export class ShimHost {
  readonly #send: (bytes: Buffer) => void
  readonly #turns = new Limiter({
    concurrency: protocolLimits.programs,
    what: 'a turn among the programs of a shim',
  })
  readonly #questions = new Map<number, PromiseWithResolvers<Frame>>()
  /** Questions whose answer is not waited for any more, and may still come. */
  readonly #late = new Set<number>()
  readonly #idle: (() => void)[] = []
  #lent = 0
  #lastId = 0
  #gone: PlaitError | undefined

  /** @param send writes to the connection. */
  constructor(send: (bytes: Buffer) => void) {
    this.#send = send
  }

  /** Whether the connection is over. */
  get isGone(): boolean {
    return this.#gone !== undefined
  }

  /** As {@link PluginHost.find}. @throws PlaitError `daemon/host-gone` */
  async find(type: string): Promise<readonly string[]> {
    const id = ++this.#lastId
    const frame = encodeFrame(frameType.find, encodeFind(id, type))
    const { payload } = await this.#ask({ id, frame, timeoutMs: findMs })
    return decodeFound(payload).directories
  }

  /** As {@link PluginHost.run}; at most 16 at a time, the others wait. @throws PlaitError `daemon/host-gone`, `daemon/host-refused` */
  async run(request: ProcessRequest): Promise<ProcessOutcome> {
    const { signal } = request
    try {
      return await this.#turns.run(async () => this.#run(request), { signal })
    } catch (error) {
      if (this.isGone || signal?.aborted !== true) throw error
      return { stdout: '', stderr: '', killed: 'signal' }
    }
  }

  async #run({ file, args = [], env, input, limits, signal }: ProcessRequest): Promise<ProcessOutcome> {
    const id = ++this.#lastId
    const { timeoutMs } = limits
    const payload = encodeExec({
      id,
      path: file,
      args,
      environment: hostEnvironment(env),
      stdin: Buffer.from(input),
      timeoutMs,
      maxStdoutBytes: Math.min(limits.maxStdoutBytes, protocolLimits.programStdoutBytes),
      maxStderrBytes: Math.min(limits.maxStderrBytes, protocolLimits.programStderrBytes),
    })
    if (payload.length > protocolLimits.frameBytes) throw tooLarge(file, payload.length)
    const kill = (): void => this.#send(encodeFrame(frameType.kill, encodeKill(id)))
    const frame = encodeFrame(frameType.exec, payload)
    const result = this.#ask({ id, frame, timeoutMs: timeoutMs + graceMs })
    signal?.addEventListener('abort', kill, { once: true })
    if (signal?.aborted) kill()
    try {
      return processOutcome(decodeExecResult((await result).payload), file)
    } finally {
      signal?.removeEventListener('abort', kill)
    }
  }

  async #ask({ id, frame, timeoutMs }: Question): Promise<Frame> {
    if (this.#gone !== undefined) throw this.#gone
    const question = Promise.withResolvers<Frame>()
    this.#questions.set(id, question)
    const late = setTimeout(() => {
      this.#late.add(id)
      question.reject(silent(timeoutMs))
    }, timeoutMs)
    this.#send(frame)
    try {
      return await question.promise
    } finally {
      clearTimeout(late)
      this.#questions.delete(id)
    }
  }

  /** Takes an EXEC_RESULT or FOUND frame. @throws ProtocolError when nobody has asked for it. */
  receive(frame: Frame): void {
    const id = frame.payload.length < 4 ? -1 : frame.payload.readUInt32LE()
    if (this.#late.delete(id)) return
    const question = this.#questions.get(id)
    if (question === undefined)
      throw new ProtocolError(`Cannot take a frame of type ${frame.type}: nobody asked for it`)
    question.resolve(frame)
  }

  /** Lends the host to a call that is not the shim's own. */
  async lend<T>(use: (host: ShimHost) => Promise<T>): Promise<T> {
    this.#lent++
    try {
      return await use(this)
    } finally {
      this.#lent--
      if (this.#lent === 0) for (const tell of this.#idle.splice(0)) tell()
    }
  }

  /** Waits until nobody else uses the host, but not longer than that. */
  async idle(timeoutMs: number): Promise<void> {
    if (this.#lent === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const late = setTimeout(resolve, timeoutMs)
    this.#idle.push(resolve)
    await promise
    clearTimeout(late)
  }

  /** Fails what is under way, and all that comes. */
  close(reason: unknown): void {
    this.#gone ??= new PlaitError(
      'daemon/host-gone',
      'Cannot run a plugin on the host: the shim that did it has ended; try again later',
      { cause: toError(reason) },
    )
    for (const question of this.#questions.values()) question.reject(this.#gone)
  }
}

function silent(timeoutMs: number): PlaitError {
  const text = `Cannot run a plugin on the host: the shim has not answered within ${timeoutMs / 1000} s; try again later`
  return new PlaitError('daemon/host-gone', text)
}

function tooLarge(file: string, bytes: number): PlaitError {
  const text = `Cannot run ${file} on the host: its input and variables have ${bytes} bytes, at most ${protocolLimits.frameBytes} are taken`
  return new PlaitError('daemon/host-refused', text)
}
