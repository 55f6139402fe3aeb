// SPDX-License-Identifier: Apache-2.0

// `kubectl exec` over a WebSocket: each message begins with the number of its channel. Protocol v5 adds to v4 that the
// client can end its input.

import type { IncomingMessage } from 'node:http'
import { PassThrough, Writable } from 'node:stream'
import type { Duplex } from 'node:stream'
import { describeError, isJsonObject, parseJson } from '../../../base/index.ts'
import type { JsonObject } from '../../../base/index.ts'
import { numberField } from '../../resources/fields.ts'
import type { PodExecRequest, TerminalSize } from '../hooks.ts'
import { WebSocketServerEnd } from './web-socket.ts'

/** The subprotocols that are spoken, best first. */
export const execProtocols: readonly string[] = ['v5.channel.k8s.io', 'v4.channel.k8s.io']

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const

/** What of a request for a command is known before its streams are there. */
export type ExecFacts = Omit<PodExecRequest, 'stdin' | 'stdout' | 'stderr' | 'onResize' | 'signal'> & {
  readonly wantsStdin: boolean
}

/** Connects a client with a command that a hook runs, until either ends. */
export function serveExec(
  upgrade: { message: IncomingMessage; socket: Duplex; head: Buffer },
  protocol: string,
  { wantsStdin, ...facts }: ExecFacts,
  run: (request: PodExecRequest) => Promise<number>,
): void {
  const gone = new AbortController()
  const stdin = new PassThrough()
  const resizes = new Set<(size: TerminalSize) => void>()
  const end = new WebSocketServerEnd(upgrade, protocol, {
    onMessage: (payload) => {
      const channel = payload[0]
      const content = payload.subarray(1)
      if (channel === channels.stdin && !stdin.writableEnded) end.paused = !stdin.write(content)
      else if (channel === channels.close && content[0] === channels.stdin) stdin.end()
      else if (channel === channels.resize) tellSize(content, resizes)
    },
    onClose: () => {
      stdin.end()
      gone.abort()
    },
  })
  stdin.on('drain', () => {
    end.paused = false
  })
  const request: PodExecRequest = {
    ...facts,
    stdin: wantsStdin ? stdin : undefined,
    stdout: channelWriter(end, channels.stdout),
    stderr: channelWriter(end, channels.stderr),
    onResize: (listener) => resizes.add(listener),
    signal: gone.signal,
  }
  void finish(end, outcomeOf(run, request))
}

async function finish(end: WebSocketServerEnd, outcome: Promise<JsonObject>): Promise<void> {
  const status = JSON.stringify(await outcome)
  end.send(Buffer.concat([Buffer.of(channels.error), Buffer.from(status)]))
  end.close()
}

function channelWriter(end: WebSocketServerEnd, channel: number): Writable {
  return new Writable({
    write: (part: Buffer, _encoding, done) => end.send(Buffer.concat([Buffer.of(channel), part]), done),
  })
}

function tellSize(content: Buffer, listeners: ReadonlySet<(size: TerminalSize) => void>): void {
  try {
    const size = parseJson(content)
    if (!isJsonObject(size)) return
    const [columns, rows] = [numberField(size, 'Width'), numberField(size, 'Height')]
    if (columns === undefined || rows === undefined) return
    for (const listener of listeners) listener({ columns, rows })
  } catch {
    // A size that cannot be read changes nothing.
  }
}

/** The Status by which kubectl knows how the command ended. */
async function outcomeOf(
  run: (request: PodExecRequest) => Promise<number>,
  request: PodExecRequest,
): Promise<JsonObject> {
  try {
    const code = await run(request)
    if (code === 0) return { metadata: {}, status: 'Success' }
    return {
      metadata: {},
      status: 'Failure',
      reason: 'NonZeroExitCode',
      message: `command terminated with non-zero exit code: exit status ${code}`,
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    }
  } catch (error) {
    return {
      metadata: {},
      status: 'Failure',
      reason: 'InternalError',
      message: describeError(error),
      code: 500,
    }
  }
}
