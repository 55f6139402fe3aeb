// SPDX-License-Identifier: Apache-2.0

import { lstatSync, mkdirSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { describeError } from '../../base/index.ts'
import { socketFailed, socketUnsafe } from './socket-errors.ts'

const writableByOthers = 0o022

/**
 * Makes the directory of the socket where there is none, for its owner only, and refuses one where others could put a
 * socket of theirs: directly, or by turning the symbolic link that leads there.
 *
 * @throws PlaitError `daemon/socket-unsafe`, `daemon/socket-failed`
 */
export function prepareSocketDirectory(directory: string): void {
  const bare = directory.replace(/(?<=.)\/+$/, '') // lstat(2) follows a link that a slash stands behind.
  try {
    mkdirSync(bare, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw socketFailed(bare, describeError(error), error)
  }
  const link = lstatSync(bare)
  if (isForeign(link)) throw socketUnsafe(bare, `it belongs to user ${link.uid}`)
  const target = statSync(bare)
  const isLink = link.isSymbolicLink()
  if (isForeign(target)) {
    throw socketUnsafe(bare, `${isLink ? 'where it leads' : 'it'} belongs to user ${target.uid}`)
  }
  if ((target.mode & writableByOthers) === 0) return
  const mode = (target.mode & 0o7777).toString(8)
  const whose = isLink ? 'the mode of where it leads' : 'its mode'
  throw socketUnsafe(bare, `${whose} is ${mode}, so that others may write there`)
}

function isForeign({ uid }: Stats): boolean {
  return uid !== 0 && uid !== process.geteuid?.()
}
