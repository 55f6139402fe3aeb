// SPDX-License-Identifier: Apache-2.0

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { CniDns } from '../../../cni/index.ts'
import { systemErrorText } from '../../kit/system-error.ts'

/**
 * The settings of a resolv.conf: every name server, the last domain, all search domains and options (resolv.conf(5);
 * unlike the C library, several `search` lines add up).
 */
export function parseResolvConf(text: string): CniDns {
  const nameservers: string[] = []
  const search: string[] = []
  const options: string[] = []
  let domain: string | undefined
  for (const line of text.split('\n')) {
    const [key, first, ...others] = line.trim().split(/\s+/)
    if (key === undefined || first === undefined || key.startsWith('#') || key.startsWith(';')) continue
    if (key === 'nameserver') nameservers.push(first)
    if (key === 'domain') domain = first
    if (key === 'search') search.push(first, ...others)
    if (key === 'options') options.push(first, ...others)
  }
  return {
    ...(nameservers.length > 0 && { nameservers }),
    ...(domain !== undefined && { domain }),
    ...(search.length > 0 && { search }),
    ...(options.length > 0 && { options }),
  }
}

// A resolv.conf has a few lines. The path is foreign: a fifo must not block the daemon, nor a huge file fill it.
const largestBytes = 64 * 1024

/**
 * As {@link parseResolvConf}, from a file.
 *
 * @throws Error with Go's text (`open /x: no such file or directory`).
 */
export function readResolvConf(path: string): CniDns {
  const fd = openFile(path)
  try {
    if (!fstatSync(fd).isFile()) throw new Error(`Cannot read resolvConf ${path}: it is not a regular file`)
    const bytes = Buffer.alloc(largestBytes)
    return parseResolvConf(bytes.toString('utf8', 0, readSync(fd, bytes)))
  } finally {
    closeSync(fd)
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    // oxlint-disable-next-line preserve-caught-error -- Node's text of the same failure would follow Go's
    throw new Error(systemErrorText(error))
  }
}
