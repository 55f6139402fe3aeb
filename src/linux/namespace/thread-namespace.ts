// SPDX-License-Identifier: Apache-2.0

// Which network namespace the thread is in. All entering and leaving goes through this file, and is
// synchronous: nothing else can run while the thread is away from home.

import { constants, fstatSync, openSync, stat, writeSync } from 'node:fs'
import { setns, unshare } from '../sys/libc.ts'

const CLONE_NEWNET = 0x4000_0000

let here: number | undefined
// The one that the thread began in, and is in except during a callback.
let home: { readonly fd: number; readonly inode: bigint } | undefined

function currentNamespace(): number {
  if (here === undefined) {
    here = openCurrentNamespace()
    // Without the right to come back one must not leave: a user namespace may allow the one and not the other.
    setns(here, CLONE_NEWNET)
    home = { fd: here, inode: inodeOf(here) }
    startPool()
  }
  return here
}

// A thread is born where its maker is. Node makes its pool at the first asynchronous file call or name
// look-up; if that came from inside a namespace, the pool would stay there and resolve names there for good.
function startPool(): void {
  stat('/', () => undefined)
}

/** A new descriptor of the namespace that the thread is in (/proc/self would be that of the main thread only by luck). */
export function openCurrentNamespace(): number {
  return openSync('/proc/thread-self/ns/net', constants.O_RDONLY)
}

/** Whether the thread is in the namespace of that number. */
export function isHere(inode: bigint): boolean {
  const fd = currentNamespace()
  return inode === (fd === home?.fd ? home.inode : inodeOf(fd))
}

function inodeOf(fd: number): bigint {
  return fstatSync(fd, { bigint: true }).ino
}

/**
 * What `callback` gives, run inside the namespace; the thread is back where it was afterwards, whatever happens.
 *
 * @throws SystemCallError when the namespace cannot be entered, and what the callback throws.
 */
export function withNamespace<T>(fd: number, callback: () => T): T {
  const from = currentNamespace()
  setns(fd, CLONE_NEWNET)
  here = fd
  try {
    return callback()
  } finally {
    goBack(from)
  }
}

/** A descriptor of a new, empty network namespace, which lives as long as something refers to it. @throws SystemCallError */
export function createNamespace(): number {
  const from = currentNamespace()
  unshare(CLONE_NEWNET)
  try {
    return openCurrentNamespace()
  } finally {
    goBack(from)
  }
}

function goBack(fd: number): void {
  try {
    setns(fd, CLONE_NEWNET)
    here = fd
  } catch (error) {
    // Going on would change the network of a stranger. A crash is the smaller evil.
    writeSync(2, `Cannot return to the network namespace of this process: ${String(error)}\n`)
    process.abort()
  }
}
