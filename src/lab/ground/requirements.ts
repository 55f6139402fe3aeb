// SPDX-License-Identifier: Apache-2.0

import { closeSync, openSync, readSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { PlaitError } from '../../base/index.ts'
import { isExecutable } from './is-executable.ts'

/** Where the machine's programs are that the lab itself needs the path of. */
export interface MachineTools {
  /** Statically linked, because it runs in roots without libraries. */
  readonly busybox: string
}

// Program and the Debian package that brings it.
const programs = [
  ['ip', 'iproute2'],
  ['ping', 'iputils-ping'],
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['setpriv', 'util-linux'],
  ['mount', 'mount'],
  ['busybox', 'busybox-static'],
] as const

/**
 * The machine's programs, after a look that all are there.
 *
 * @param path where to look, as in PATH.
 * @throws PlaitError `lab/tools-missing` with the apt-get line that brings them.
 */
export function findTools(path: string): MachineTools {
  const found = new Map(programs.map(([name]) => [name, findProgram(name, path)]))
  const missing = programs.filter(([name]) => found.get(name) === undefined)
  const busybox = found.get('busybox')
  if (missing.length === 0 && busybox !== undefined) {
    if (!isStatic(busybox)) throw toolsMissing(`${busybox} is not statically linked`, ['busybox-static'])
    return { busybox }
  }
  const names = missing.map(([name]) => name).join(', ')
  throw toolsMissing(
    `this machine lacks ${names}`,
    missing.map(([, debianPackage]) => debianPackage),
  )
}

/** A PATH with the directories of system programs, which users often lack, at its end. */
export function withSystemDirectories(path: string): string {
  const directories = path.split(delimiter).filter((directory) => directory !== '')
  return [...new Set([...directories, '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'])].join(
    delimiter,
  )
}

function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find(isExecutable)
}

/** Whether an ELF program names no interpreter (PT_INTERP, elf(5)), that is, needs no dynamic linker. */
function isStatic(path: string): boolean {
  const bytes = Buffer.alloc(4096)
  const fd = openSync(path, 'r')
  const length = readSync(fd, bytes, 0, bytes.length, 0)
  closeSync(fd)
  if (length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2) return false
  const table = Number(bytes.readBigUInt64LE(32))
  const size = bytes.readUInt16LE(54)
  const count = bytes.readUInt16LE(56)
  const ptInterp = 3
  return Array.from({ length: count }, (_, index) => table + index * size).every(
    (at) => at + 4 > length || bytes.readUInt32LE(at) !== ptInterp,
  )
}

function toolsMissing(what: string, packages: readonly string[]): PlaitError {
  const line = `apt-get install -y --no-install-recommends ${[...new Set(packages)].join(' ')}`
  return new PlaitError('lab/tools-missing', `Cannot build the lab: ${what}; run: ${line}`)
}
