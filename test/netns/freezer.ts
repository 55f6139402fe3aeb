// SPDX-License-Identifier: Apache-2.0

// Stops the world as `kill -9` does: from one change on, to a file or to the kernel, nothing is changed any more. What
// the code does after that, undoing for example, has no effect either, so the disk and the kernel are as they were when
// the process died.

import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const ofPaths = [
  'writeFileSync',
  'appendFileSync',
  'renameSync',
  'rmSync',
  'unlinkSync',
  'linkSync',
  'mkdirSync',
]
const ofDescriptors = ['writeSync', 'ftruncateSync']

/** Freezes changes below one directory, and calls to the kernel. */
export class Freezer implements Disposable {
  readonly #directory: string
  readonly #real = new Map<string, unknown>()
  readonly #descriptors = new Set<unknown>()
  #seen = 0
  #freezeAt = Infinity
  #isTearing = false

  /** @param directory changes elsewhere are no concern. */
  constructor(directory: string) {
    this.#directory = directory
    for (const name of ofPaths) this.#replace(name, ([path]) => String(path).startsWith(this.#directory))
    for (const name of ofDescriptors) this.#replace(name, ([fd]) => this.#descriptors.has(fd))
    this.#followOpen()
    syncBuiltinESMExports()
  }

  /** The change of this number, from 1, does not happen, nor does any later one; `torn`: half of its text is written. */
  arm(freezeAt: number, { torn = false } = {}): void {
    this.#seen = 0
    this.#freezeAt = freezeAt
    this.#isTearing = torn
  }

  /** Lets everything happen again, and tells whether the world had stopped. */
  thaw(): boolean {
    const wasFrozen = this.#seen >= this.#freezeAt
    this.#freezeAt = Infinity
    return wasFrozen
  }

  /** To be called before each call to the kernel. */
  beforeKernelCall(call: string): void {
    this.#count(call)
  }

  [Symbol.dispose](): void {
    for (const [name, real] of this.#real) Reflect.set(fs, name, real)
    syncBuiltinESMExports()
  }

  #count(what: string): void {
    if (++this.#seen >= this.#freezeAt) throw new Error(`the process was dead before ${what}`)
  }

  #replace(name: string, concerns: (args: readonly unknown[]) => boolean): void {
    const real = this.#keep(name)
    Reflect.set(fs, name, (...args: unknown[]) => {
      if (!concerns(args)) return real(...args)
      const isLast = this.#seen + 1 === this.#freezeAt
      if (isLast && this.#isTearing && name === 'writeFileSync') real(args[0], half(args[1]), args[2])
      this.#count(`${name} ${String(args[0])}`)
      return real(...args)
    })
  }

  #followOpen(): void {
    const real = this.#keep('openSync')
    Reflect.set(fs, 'openSync', (...args: unknown[]) => {
      const [path, flags] = args
      const isOurs = String(path).startsWith(this.#directory)
      if (isOurs && typeof flags === 'number' && (flags & fs.constants.O_CREAT) !== 0)
        this.#count(`open ${String(path)}`)
      const fd = real(...args)
      if (isOurs) this.#descriptors.add(fd)
      else this.#descriptors.delete(fd)
      return fd
    })
  }

  #keep(name: string): (...args: unknown[]) => unknown {
    const real: unknown = Reflect.get(fs, name)
    if (typeof real !== 'function') throw new Error(`node:fs has no ${name}`)
    this.#real.set(name, real)
    return (...args) => Reflect.apply(real, fs, args)
  }
}

function half(text: unknown): string {
  return String(text).slice(0, String(text).length / 2)
}
