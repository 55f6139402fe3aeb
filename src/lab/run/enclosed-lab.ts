// SPDX-License-Identifier: Apache-2.0

import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { PlaitError } from '../../base/index.ts'
import { enclose } from '../ground/enclosure.ts'
import { endEnclosure } from '../ground/end-enclosure.ts'
import { messageFd, outsideFd } from './descriptors.ts'
import { parseMessage, type InsideMessage, type InsideRequest } from './messages.ts'

/** How the process of a lab is started. */
export interface EnclosedLabOptions {
  readonly request: InsideRequest
  /** The descriptor of a listening socket to hand over, when the request names one. */
  readonly socketFd: number | undefined
  readonly root: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Takes what a lab prints that outlives this process. */
  readonly logFile: string | undefined
  readonly onMessage: (message: InsideMessage) => void
}

const maxStderr = 4096

/** A lab, seen from the process that has the terminal. */
export class EnclosedLab {
  readonly #child: ChildProcess
  readonly #onMessage: EnclosedLabOptions['onMessage']
  #stderr = ''
  #startError: Error | undefined
  /** Whether a message came: then the namespaces could be made. */
  #spoke = false

  constructor(options: EnclosedLabOptions) {
    const { request, root, env, onMessage } = options
    const command = enclose([...request.cli, 'lab', 'inside'], { root, diesWithParent: !request.keep })
    const [program = '', ...args] = command
    this.#onMessage = onMessage
    // A session of its own: Ctrl-C reaches only the front process, which then ends the lab in an orderly way.
    this.#child = withLogFile(options.logFile, (log) =>
      spawn(program, args, { cwd: '/', env: { ...env }, detached: true, stdio: stdioOf(options, log) }),
    )
    this.#child.once('error', (error) => (this.#startError = error))
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = `${this.#stderr}${chunk.toString()}`.slice(-maxStderr)
    })
    // A lab that ends before it has read the request breaks the pipe; its end tells why.
    this.#child.stdin?.on('error', () => undefined)
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`)
  }

  /** The process whose namespaces are the lab's. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /**
   * Hands on the messages until the lab has sent its last one.
   *
   * @throws PlaitError `lab/namespaces-refused`, `lab/ended-early` with what it printed.
   */
  async follow(): Promise<void> {
    const messages = this.#child.stdio[messageFd]
    if (messages === null || messages === undefined || !('read' in messages)) return
    // Not until the end of the pipe: the waiting `unshare` holds it open as long as the lab lives.
    for await (const line of createInterface({ input: messages })) {
      const message = parseMessage(line)
      this.#spoke = true
      this.#onMessage(message)
      if (message.type === 'result' || message.type === 'failed') return
    }
    throw await this.#failure()
  }

  /** Ends the lab with everything in it. */
  async end(): Promise<void> {
    this.#child.stdin?.end()
    if (this.#child.pid !== undefined) await endEnclosure(this.#child.pid)
  }

  /** Lets the lab live on without this process. */
  release(): void {
    for (const stream of this.#child.stdio) stream?.destroy()
    this.#child.unref()
  }

  async #failure(): Promise<PlaitError> {
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#startError === undefined) {
      await once(this.#child, 'close')
    }
    const said = this.#startError?.message ?? this.#stderr.trim()
    if (!this.#spoke && /^(unshare|setpriv):/m.test(said)) {
      const message = `Cannot make the namespaces of the lab: ${said}; run as root, or allow user namespaces`
      return new PlaitError('lab/namespaces-refused', message)
    }
    const end = this.#child.signalCode ?? `exit code ${this.#child.exitCode}`
    return new PlaitError(
      'lab/ended-early',
      `Cannot go on: the lab ended (${end})${said === '' ? '' : `: ${said}`}`,
    )
  }
}

function stdioOf({ socketFd, request }: EnclosedLabOptions, log: number | undefined): StdioOptions {
  const stdio: StdioOptions = ['pipe', log ?? 'ignore', log ?? 'pipe', 'pipe']
  if (socketFd !== undefined && request.outsideFd === outsideFd) stdio.push(socketFd)
  return stdio
}

function withLogFile<T>(path: string | undefined, use: (fd: number | undefined) => T): T {
  const fd = path === undefined ? undefined : openSync(path, 'w', 0o600)
  try {
    return use(fd)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}
