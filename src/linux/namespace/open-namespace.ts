// SPDX-License-Identifier: Apache-2.0

import { closeSync, constants, openSync, statfsSync } from 'node:fs'
import { goErrnoText } from '../sys/errno.ts'
import { errnoOf, SystemCallError } from '../sys/system-call-error.ts'
import { NSFS_MAGIC, PROC_SUPER_MAGIC } from './file-systems.ts'
import { NamespaceError } from './namespace-error.ts'
import { otherNetnsPath } from './netns-directory.ts'
import { withNamespace } from './thread-namespace.ts'

const EINVAL = 22

/**
 * A descriptor of the network namespace at a path, or at the other spelling of it: `/run/netns/x` is `/var/run/netns/x`.
 *
 * @throws NamespaceError with the texts of the Go plugins (pkg/ns) when there is none, SystemCallError
 * when it must not be entered.
 */
export function openNamespace(path: string): number {
  try {
    return openAt(path)
  } catch (error) {
    const other = otherNetnsPath(path)
    if (other === undefined || !(error instanceof NamespaceError)) throw error
    return openOrElse(other, error)
  }
}

function openOrElse(path: string, failure: NamespaceError): number {
  try {
    return openAt(path)
  } catch {
    // What is told is about the path that was given.
    throw failure
  }
}

function openAt(path: string): number {
  checkFileSystem(path)
  let fd: number
  try {
    // Non-blocking, because the path could have become a FIFO meanwhile.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    throw new NamespaceError(
      'net/namespace-missing',
      path,
      `open ${path}: ${goErrnoText(errnoOf(error) ?? 0)}`,
    )
  }
  try {
    withNamespace(fd, () => undefined)
    return fd
  } catch (error) {
    closeSync(fd)
    if (!(error instanceof SystemCallError) || error.errno !== EINVAL) throw error
    throw new NamespaceError('net/not-a-namespace', path, `"${path}" is no network namespace`)
  }
}

function checkFileSystem(path: string): void {
  let type: number
  try {
    type = statfsSync(path).type
  } catch (error) {
    const problem = `failed to Statfs "${path}": ${goErrnoText(errnoOf(error) ?? 0)}`
    throw new NamespaceError('net/namespace-missing', path, problem)
  }
  if (type !== NSFS_MAGIC && type !== PROC_SUPER_MAGIC) {
    throw new NamespaceError(
      'net/not-a-namespace',
      path,
      `unknown FS magic on "${path}": ${type.toString(16)}`,
    )
  }
}
