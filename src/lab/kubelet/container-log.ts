// SPDX-License-Identifier: Apache-2.0

import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, rmSync, type WriteStream } from 'node:fs'
import { delay } from '../../base/index.ts'

const logDirectory = '/run/plait-lab/logs'

// The files lie in memory; a command that talks without end must not fill it.
const maxBytes = 1 << 20
const followEveryMs = 200

/** The path of a container's log on its node. */
export function containerLogPath(podUid: string, container: string): string {
  return join(logDirectory, podUid, `${container}.log`)
}

/** Removes the logs of a pod that is gone. */
export function removeContainerLogs(podUid: string): void {
  rmSync(join(logDirectory, podUid), { recursive: true, force: true })
}

/** Takes what a container prints; after a mebibyte the rest is dropped, and the log says so. */
export class ContainerLog {
  readonly #stream: WriteStream
  #left = maxBytes

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true })
    this.#stream = createWriteStream(path, { flags: 'a' })
    // A pod that is removed takes the directory with it while the last lines are being written.
    this.#stream.on('error', () => undefined)
  }

  /** Adds to the log. */
  write(chunk: Buffer): void {
    if (this.#left <= 0) return
    this.#left -= chunk.length
    this.#stream.write(chunk)
    if (this.#left <= 0) this.#stream.write('\n[the lab keeps no more of this log]\n')
  }

  /** Closes the file when all is written. */
  async end(): Promise<void> {
    this.#stream.end()
    if (!this.#stream.closed) await once(this.#stream, 'close')
  }
}

/** How much of a log is wanted. */
export interface LogSelection {
  readonly follow: boolean
  /** Lines from the end; all when absent. */
  readonly tailLines?: number | undefined
  readonly limitBytes?: number | undefined
  readonly signal: AbortSignal
}

/** A container's log, part by part; empty when it has printed nothing. */
export async function* readContainerLog(path: string, selection: LogSelection): AsyncGenerator<Uint8Array> {
  const text = await readFile(path).catch(() => Buffer.alloc(0)) // No file yet: nothing was printed.
  const tail = lastLines(text, selection.tailLines)
  yield tail.subarray(0, selection.limitBytes ?? tail.length)
  if (!selection.follow || text.length === 0) return
  await using file = await open(path)
  yield* followFile(file, text.length, selection.signal)
}

async function* followFile(file: FileHandle, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(64 * 1024)
  for (let at = from; !signal.aborted;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at)
    at += bytesRead
    if (bytesRead > 0) yield Buffer.from(buffer.subarray(0, bytesRead))
    // The client has left; the loop ends.
    else await delay(followEveryMs, signal).catch(() => undefined)
  }
}

function lastLines(text: Buffer, lines: number | undefined): Buffer {
  if (lines === undefined) return text
  let at = text.length
  // The newline that ends the text ends a line, and does not begin one.
  for (let left = lines; left > 0 && at > 0; left -= 1) at = text.lastIndexOf(10, Math.max(0, at - 2)) + 1
  return lines === 0 ? Buffer.alloc(0) : text.subarray(at)
}
