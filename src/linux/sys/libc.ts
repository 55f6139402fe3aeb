// SPDX-License-Identifier: Apache-2.0

// The only file that loads the FFI. koffi is loaded at the first call, so that a program that never
// touches the kernel does not pay for it.

import { createRequire } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import type * as Koffi from 'koffi'
import { SystemCallError } from './system-call-error.ts'

const require = createRequire(import.meta.url)

interface Libc {
  readonly errno: () => number
  readonly socket: (domain: number, type: number, protocol: number) => number
  readonly bind: (fd: number, address: Uint8Array, length: number) => number
  readonly connect: (fd: number, address: Uint8Array, length: number) => number
  readonly getsockname: (fd: number, address: Uint8Array, length: Uint8Array) => number
  readonly setsockopt: (
    ...args: [fd: number, level: number, name: number, value: Uint8Array, length: number]
  ) => number
  readonly getsockopt: (
    ...args: [fd: number, level: number, name: number, value: Uint8Array, length: Uint8Array]
  ) => number
  readonly sendto: (
    ...args: [fd: number, data: Uint8Array, size: number, flags: number, to: Uint8Array, length: number]
  ) => number
  readonly setns: (fd: number, type: number) => number
  readonly unshare: (flags: number) => number
  readonly flock: (fd: number, operation: number) => number
  readonly memfd_create: (name: string, flags: number) => number
  readonly if_indextoname: (index: number, name: Uint8Array) => string | null
}

let loaded: Libc | undefined

function libc(): Libc {
  loaded ??= load()
  return loaded
}

function load(): Libc {
  // A namespace belongs to a thread: everything here relies on there being one.
  if (!isMainThread) throw new Error('Cannot call the kernel from a worker: call it from the main thread')
  const koffi: typeof Koffi = require('koffi')
  const library = koffi.load(null)
  return {
    errno: koffi.errno,
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int fd, const void *address, uint32_t length)'),
    connect: library.func('int connect(int fd, const void *address, uint32_t length)'),
    getsockname: library.func('int getsockname(int fd, void *address, void *length)'),
    setsockopt: library.func(
      'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
    ),
    getsockopt: library.func('int getsockopt(int fd, int level, int name, void *value, void *length)'),
    sendto: library.func(
      'long sendto(int fd, const void *data, size_t size, int flags, const void *to, uint32_t length)',
    ),
    setns: library.func('int setns(int fd, int type)'),
    unshare: library.func('int unshare(int flags)'),
    memfd_create: library.func('int memfd_create(const char *name, unsigned int flags)'),
    flock: library.func('int flock(int fd, int operation)'),
    if_indextoname: library.func('const char *if_indextoname(uint32_t index, void *name)'),
  }
}

function check(result: number, call: string): number {
  if (result < 0) throw new SystemCallError(call, libc().errno())
  return result
}

const SOCK_CLOEXEC = 0o2000000

/** A new socket, closed on exec. @throws SystemCallError */
export function socket(domain: number, type: number, protocol: number): number {
  return check(libc().socket(domain, type | SOCK_CLOEXEC, protocol), 'socket')
}

/** bind(2) to an encoded address. @throws SystemCallError */
export function bind(fd: number, address: Uint8Array): void {
  check(libc().bind(fd, address, address.length), 'bind')
}

/** connect(2) to an encoded address. @throws SystemCallError */
export function connect(fd: number, address: Uint8Array): void {
  check(libc().connect(fd, address, address.length), 'connect')
}

/** The encoded address of a socket, at most `maxLength` bytes of it. @throws SystemCallError */
export function getsockname(fd: number, maxLength: number): Buffer {
  const address = Buffer.alloc(maxLength)
  const length = encodeInt(maxLength)
  check(libc().getsockname(fd, address, length), 'getsockname')
  return address.subarray(0, Math.min(length.readUInt32LE(), maxLength))
}

/** Sets a socket option whose value is an int; false when this kernel does not know it. @throws SystemCallError */
export function setsockoptInt(fd: number, level: number, name: number, value: number): boolean {
  const result = libc().setsockopt(fd, level, name, encodeInt(value), 4)
  if (result < 0 && libc().errno() === ENOPROTOOPT) return false
  check(result, 'setsockopt')
  return true
}

const ENOPROTOOPT = 92
const SOL_SOCKET = 1
const SO_PEERCRED = 17

/** Who connected a Unix socket, as the kernel noted it at that time (unix(7), SO_PEERCRED). @throws SystemCallError */
export function peerCredentials(fd: number): { pid: number; uid: number; gid: number } {
  const value = Buffer.alloc(12)
  check(libc().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, value, encodeInt(value.length)), 'getsockopt')
  return { pid: value.readInt32LE(0), uid: value.readUInt32LE(4), gid: value.readUInt32LE(8) }
}

/** Sends one datagram to an encoded address. @throws SystemCallError */
export function sendto(fd: number, data: Uint8Array, address: Uint8Array): void {
  check(libc().sendto(fd, data, data.length, 0, address, address.length), 'sendto')
}

/** Moves this thread into a namespace of the given type. @throws SystemCallError */
export function setns(fd: number, type: number): void {
  check(libc().setns(fd, type), 'setns')
}

/** Gives this thread new namespaces. @throws SystemCallError */
export function unshare(flags: number): void {
  check(libc().unshare(flags), 'unshare')
}

const MFD_CLOEXEC = 1

/** A new file that exists in memory only; its name is for people who look at /proc. @throws SystemCallError */
export function memfdCreate(name: string): number {
  return check(libc().memfd_create(name, MFD_CLOEXEC), 'memfd_create')
}

const LOCK_EX = 2
const LOCK_NB = 4
const EINTR = 4
const EAGAIN = 11

/** Takes an exclusive flock(2) if that is possible at once; false when another has it. @throws SystemCallError */
export function tryFlock(fd: number): boolean {
  const result = libc().flock(fd, LOCK_EX | LOCK_NB)
  if (result === 0) return true
  const errno = libc().errno()
  if (errno === EAGAIN || errno === EINTR) return false
  throw new SystemCallError('flock', errno)
}

const IF_NAMESIZE = 16

/** Whether this thread's network namespace has a link of that index. Unlike a netlink request, this waits for no lock of the kernel. */
export function hasLink(index: number): boolean {
  return libc().if_indextoname(index, Buffer.alloc(IF_NAMESIZE)) !== null
}

function encodeInt(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}
