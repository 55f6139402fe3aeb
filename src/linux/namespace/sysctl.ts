// SPDX-License-Identifier: Apache-2.0

import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { PlaitError } from '../../base/index.ts'
import { goErrnoText } from '../sys/errno.ts'
import { errnoOf } from '../sys/system-call-error.ts'

/**
 * The path of a network setting. If the first separator of the name is a dot, dots and slashes change
 * places, so that `net.ipv4.conf.eth0/5.mtu` and `net/ipv4/conf/eth0.5/mtu` are the same.
 *
 * @throws PlaitError `net/sysctl-refused` for names that are not below `net/`: those would be the whole machine's.
 */
export function sysctlPath(name: string): string {
  const slashed = /^[^./]*\./.test(name)
    ? name.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'))
    : name
  const parts = slashed.split('/')
  if (
    parts[0] !== 'net' ||
    parts.length < 2 ||
    parts.some((part) => part === '' || part === '.' || part === '..') ||
    name.includes('\0')
  ) {
    throw new PlaitError('net/sysctl-refused', `Cannot use sysctl "${name}": it is no name below net/`)
  }
  return `/proc/sys/${slashed}`
}

/** The content of a setting without its newline; undefined when this kernel, or this link, does not have it. */
export function readSysctlFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').replace(/\n$/, '')
  } catch (error) {
    if (errnoOf(error) === ENOENT) return undefined
    throw refusal('read', path, error)
  }
}

/** Writes a setting in one write(2), as the kernel demands. */
export function writeSysctlFile(path: string, value: string): void {
  let fd: number | undefined
  try {
    fd = openSync(path, constants.O_WRONLY)
    writeSync(fd, value)
  } catch (error) {
    throw refusal('write', path, error)
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

const ENOENT = 2

function refusal(verb: string, path: string, error: unknown): PlaitError {
  const errno = errnoOf(error)
  const text = errno === undefined ? String(error) : goErrnoText(errno)
  return new PlaitError('net/sysctl-refused', `${errno === ENOENT ? 'open' : verb} ${path}: ${text}`, {
    cause: error,
  })
}
