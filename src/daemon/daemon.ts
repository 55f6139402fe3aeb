// SPDX-License-Identifier: Apache-2.0

import type { Log, Lull } from '../base/index.ts'
import { peerCredentials } from '../linux/index.ts'
import type { LiveHosts } from './host/live-hosts.ts'
import type { NodeMetrics } from './metrics/node-metrics.ts'
import type { CniCall, HandleCall, Outcome } from './requests/cni-call.ts'
import { Dispatcher } from './requests/dispatcher.ts'
import type { StopLimits } from './requests/dispatcher.ts'
import type { TurnLimits } from './requests/turns.ts'
import type { AttemptSource } from './server/journal-route.ts'
import type { Readiness } from './server/readiness.ts'
import { SocketServer } from './server/socket-server.ts'
import type { ServerLimits } from './server/socket-server.ts'

/** What a daemon is made of. */
export interface DaemonOptions {
  /** Directory of `multus.sock`. */
  readonly socketDir: string
  /** Does what the calls ask for. */
  readonly handle: HandleCall
  readonly log: Log
  readonly limits?: Partial<TurnLimits & ServerLimits>
  /** Learns of each shim that connects. */
  readonly hosts?: LiveHosts
  /** What `/journal` on the socket knows of pods. */
  readonly journal?: AttemptSource
  /** Is told of each call and each answer. */
  readonly metrics?: Pick<NodeMetrics, 'answered' | 'requestEnded'> | undefined
  /** Is told while calls are answered. */
  readonly lull?: Lull
  /** What `/readyz` looks at besides the stop of this daemon; gets the condition `socket`. */
  readonly readiness?: Readiness
  /** Ends a start that waits for another daemon. */
  readonly signal?: AbortSignal | undefined
}

// 15 s in all: the 30 s that Kubernetes gives a pod to end are then not used up.
const stopLimits: StopLimits = { drainMs: 10_000, undoMs: 5000 }

/** A socket that CNI calls are answered on, until it is stopped. */
export class Daemon {
  readonly #dispatcher: Dispatcher
  readonly #server: SocketServer
  readonly #log: Log
  #stopped: Promise<void> | undefined

  private constructor(dispatcher: Dispatcher, server: SocketServer, log: Log) {
    this.#dispatcher = dispatcher
    this.#server = server
    this.#log = log
  }

  /**
   * Listens, as soon as no other daemon takes calls there.
   *
   * @throws PlaitError `daemon/socket-unsafe`, `daemon/socket-failed`, `daemon/socket-owned`; the signal's reason
   */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const { socketDir, handle, log, limits = {}, readiness, signal, hosts, metrics, lull } = options
    const listening = readiness?.condition('socket', 'the daemon does not listen there yet')
    const dispatcher = new Dispatcher({ handle, log, limits, lull, observe: metrics?.requestEnded })
    const server = await SocketServer.start({
      directory: socketDir,
      dispatcher,
      readPeerUser: (fd) => peerCredentials(fd).uid,
      readiness,
      hosts,
      onAnswer: metrics?.answered,
      journal: options.journal,
      log,
      limits,
      signal,
    })
    listening?.meet()
    log.info({ socket: server.path }, 'daemon listens')
    return new Daemon(dispatcher, server, log)
  }

  /** How many calls run and wait. */
  get load(): Dispatcher['load'] {
    return this.#dispatcher.load
  }

  /** Whether {@link stop} was called. */
  get isStopping(): boolean {
    return this.#dispatcher.isStopping
  }

  /** The path of the socket. */
  get socketPath(): string {
    return this.#server.path
  }

  /** Runs a call in its turn, as if it had come through the socket. */
  async answer(call: CniCall): Promise<Outcome> {
    return this.#dispatcher.answer(call)
  }

  /**
   * Takes no more calls, lets the running ones end within a bounded time, and removes the socket. `/readyz` fails
   * and shims are told to try again meanwhile; another daemon may take over the socket from the first moment on.
   */
  async stop(limits: StopLimits = stopLimits): Promise<void> {
    this.#stopped ??= this.#stop(limits)
    await this.#stopped
  }

  async #stop(limits: StopLimits): Promise<void> {
    this.#server.handOver()
    const drained = await this.#dispatcher.stop(limits)
    await this.#server.close()
    if (drained) this.#log.info({}, 'daemon stopped')
    else this.#log.error({}, 'daemon stopped while requests were running')
  }
}
