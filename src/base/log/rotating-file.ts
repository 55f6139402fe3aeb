// SPDX-License-Identifier: Apache-2.0

import { closeSync, fstatSync, ftruncateSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { toError } from '../errors/to-error.ts'
import { backupPath, tidyBackups } from './backups.ts'
import type { BackupLimits } from './backups.ts'

/** Bounds of a log file. */
export interface RotationLimits extends BackupLimits {
  /** A file that would become larger is moved aside. */
  readonly maxBytes: number
}

/** How a log file is kept. */
export interface RotatingFileOptions extends RotationLimits {
  /** Is told, at most once a minute, of a full file that could not be moved, compressed or removed. */
  readonly onProblem?: (error: Error) => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const lookMs = 1000
const problemMs = 60_000

/**
 * A log file that lines are appended to at once, so that the last lines before a crash are there. It is moved aside
 * when it is full; one that another program has moved or removed is made anew within a second.
 */
export class RotatingFile implements Disposable {
  readonly #path: string
  readonly #options: RotatingFileOptions
  readonly #now: () => number
  #descriptor: number
  #inode = 0
  #size = 0
  #isCut = false
  #lookedMs = 0
  #problemMs = -problemMs
  #tidying: Promise<void> | undefined
  #tidyAgain = false

  /** Opens the file, or makes it for its owner alone. @throws the system's error */
  constructor(path: string, options: RotatingFileOptions) {
    this.#path = path
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#descriptor = this.#open()
    this.#tidy()
  }

  /** Appends one line. @throws the system's error, as for a full disk */
  write(line: string): void {
    if (this.#now() - this.#lookedMs >= lookMs && this.#wasMoved()) this.reopen()
    const bytes = Buffer.byteLength(line)
    if (this.#size > 0 && this.#size + bytes > this.#options.maxBytes) this.#rotate()
    this.#append(line)
  }

  /** Goes on in the file that is at the path now, or makes it: for a program that moves log files itself. */
  reopen(): void {
    const descriptor = this.#open()
    closeSync(this.#descriptor)
    this.#descriptor = descriptor
  }

  /** Ends when no full file is being compressed any more. */
  async idle(): Promise<void> {
    await this.#tidying
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }

  #open(): number {
    const descriptor = openSync(this.#path, 'a', 0o600)
    const { ino, size } = fstatSync(descriptor)
    this.#inode = ino
    this.#size = size
    this.#isCut = false
    this.#lookedMs = this.#now()
    return descriptor
  }

  // On a full disk the kernel takes the start of a line: what comes after it is to begin a line of its own.
  #append(line: string): void {
    let rest = Buffer.from(this.#isCut ? `\n${line}` : line)
    while (rest.length > 0) {
      const count = writeSync(this.#descriptor, rest)
      this.#isCut = count < rest.length
      this.#size += count
      rest = rest.subarray(count)
    }
  }

  #wasMoved(): boolean {
    this.#lookedMs = this.#now()
    return statSync(this.#path, { throwIfNoEntry: false })?.ino !== this.#inode
  }

  #rotate(): void {
    // Another daemon that is taking over may have been faster.
    if (this.#wasMoved()) return this.reopen()
    try {
      renameSync(this.#path, backupPath(this.#path, this.#now()))
      this.reopen()
    } catch (error) {
      // Such as a file that is a mount of its own. What is old is given up rather than the disk.
      ftruncateSync(this.#descriptor)
      this.#size = 0
      this.#tell(error)
    }
    this.#tidy()
  }

  #tidy(): void {
    this.#tidyAgain = true
    this.#tidying ??= this.#tidyAll().finally(() => (this.#tidying = undefined))
  }

  async #tidyAll(): Promise<void> {
    while (this.#tidyAgain) {
      this.#tidyAgain = false
      await tidyBackups(this.#path, this.#options, this.#now()).catch((error: unknown) => this.#tell(error))
    }
  }

  #tell(error: unknown): void {
    const now = this.#now()
    if (now - this.#problemMs < problemMs) return
    this.#problemMs = now
    this.#options.onProblem?.(toError(error))
  }
}
