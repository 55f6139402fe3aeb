// SPDX-License-Identifier: Apache-2.0

import type { ClientRequest, IncomingMessage } from 'node:http'
import { TimeoutError, toError } from '../../base/index.ts'

/** The connection of a request was one that had idled, and the server had closed it meanwhile: nothing was handled. */
export class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError'
}

/** The answer is longer than the caller is ready to hold. */
export class OversizeError extends Error {
  override readonly name = 'OversizeError'
}

/** The bounds of one exchange. */
export interface ExchangeOptions {
  /** From the start until the exchange is disposed of. */
  readonly timeoutMs: number
  readonly signals: readonly AbortSignal[]
}

/** One request and its answer under a deadline and signals: whichever comes first breaks the connection off. */
export class Exchange implements Disposable {
  readonly #timer: NodeJS.Timeout
  readonly #signals: readonly AbortSignal[]
  #breakOff: (error: Error) => void = () => undefined

  constructor({ timeoutMs, signals }: ExchangeOptions) {
    for (const signal of signals) signal.throwIfAborted()
    this.#signals = signals
    this.#timer = setTimeout(() => {
      this.#breakOff(new TimeoutError(`no answer within ${Math.round(timeoutMs)} ms`))
    }, timeoutMs)
    for (const signal of signals) signal.addEventListener('abort', this.#onAbort)
  }

  /**
   * Sends the request; gives the answer when its head is there.
   *
   * @throws TimeoutError, StaleConnectionError, the signal's reason, or the system's error.
   */
  async start(outgoing: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
    this.#breakOff = (error) => outgoing.destroy(error)
    const response = await answerOf(outgoing, body)
    this.#breakOff = (error) => response.destroy(error)
    return response
  }

  /** Lets go of timer and signals; a body that is still to come is then without a deadline. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => {
    this.#breakOff(toError(this.#signals.find((signal) => signal.aborted)?.reason))
  }
}

async function answerOf(outgoing: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve)
    // Stays for good: what happens after the head of the answer is told by the answer itself.
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const stale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(stale ? new StaleConnectionError(error.message, { cause: error }) : error)
    })
    outgoing.end(body)
  })
}

/** The pieces of a body as they come. */
export async function* chunksOf(response: IncomingMessage): AsyncGenerator<Buffer, void> {
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) yield chunk
}

/**
 * The whole body.
 *
 * @throws OversizeError when it has more than `maxBytes`; the connection is then broken off.
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // By events: to iterate over a stream takes longer than the rest of a small request.
  return new Promise<Buffer>((resolve, reject) => {
    response.on('data', (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length > maxBytes) {
        response.destroy(new OversizeError(`the answer has more than ${maxBytes} bytes`))
      }
    })
    response.once('end', () => resolve(Buffer.concat(chunks, length)))
    response.once('error', reject)
  })
}
