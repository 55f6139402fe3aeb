// SPDX-License-Identifier: Apache-2.0

import { encodeField, encodeNumber, FieldReader } from './fields.ts'
import { ProtocolError } from './protocol-error.ts'

/** A program that the shim is to run on its host: the payload of an EXEC frame. */
export interface ExecOrder {
  /** Chosen by the daemon; the result comes back under it. */
  readonly id: number
  readonly path: string
  /** What follows the path in argv. */
  readonly args: readonly string[]
  /** Laid over the shim's own variables. */
  readonly environment: Readonly<Record<string, string>>
  readonly stdin: Uint8Array
  readonly timeoutMs: number
  readonly maxStdoutBytes: number
  readonly maxStderrBytes: number
}

/** Why the shim ended a program. */
export const killedBecause = { no: 0, deadline: 1, output: 2, asked: 3 } as const

/** The number of such a reason. */
export type KilledBecause = (typeof killedBecause)[keyof typeof killedBecause]

/** What became of it: the payload of an EXEC_RESULT frame. */
export type ExecResult = { readonly id: number } & (
  | {
      readonly outcome: 'ended'
      readonly killed: KilledBecause
      readonly exitCode: number
      /** 0 when it ended by itself. */
      readonly signal: number
      readonly stdout: Buffer
      readonly stderr: Buffer
    }
  | { readonly outcome: 'not started'; readonly errno: number }
  | { readonly outcome: 'refused'; readonly reason: string }
)

const outcomes = ['ended', 'not started', 'refused'] as const
const what = 'an EXEC_RESULT frame'

/** The payload of an EXEC frame. */
export function encodeExec(order: ExecOrder): Buffer {
  const { id, path, args, environment, stdin, timeoutMs, maxStdoutBytes, maxStderrBytes } = order
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return Buffer.concat([
    ...[id, timeoutMs, maxStdoutBytes, maxStderrBytes].map(encodeNumber),
    encodeField(path),
    ...encodeList(args),
    ...encodeList(variables),
    encodeField(stdin),
  ])
}

function encodeList(texts: readonly string[]): Buffer[] {
  return [encodeNumber(texts.length), ...texts.map(encodeField)]
}

/** The payload of a KILL frame: the program is to be ended now, its result comes all the same. */
export function encodeKill(id: number): Buffer {
  return encodeNumber(id)
}

/**
 * What an EXEC_RESULT frame says.
 *
 * @throws ProtocolError
 */
export function decodeExecResult(payload: Buffer): ExecResult {
  const reader = new FieldReader(payload, what)
  const id = reader.number()
  const outcome = outcomes[reader.byte()]
  if (outcome === undefined) throw new ProtocolError(`Cannot read ${what}: there is no such outcome`)
  switch (outcome) {
    case 'refused':
      return { id, outcome, reason: reader.rest() }
    case 'not started':
      return { id, outcome, errno: endOf(reader, reader.number()) }
    case 'ended':
      return { id, outcome, ...readEnd(reader) }
  }
}

function readEnd(reader: FieldReader) {
  const killed = readKilled(reader.byte())
  const [exitCode, signal] = [reader.byte(), reader.byte()]
  const [stdout, stderr] = [reader.bytes(), reader.bytes()]
  return endOf(reader, { killed, exitCode, signal, stdout, stderr })
}

function readKilled(byte: number): KilledBecause {
  const killed = Object.values(killedBecause).find((known) => known === byte)
  if (killed === undefined) throw new ProtocolError(`Cannot read ${what}: nothing is killed for ${byte}`)
  return killed
}

function endOf<T>(reader: FieldReader, value: T): T {
  reader.end()
  return value
}
