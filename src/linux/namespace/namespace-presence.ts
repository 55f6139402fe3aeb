// SPDX-License-Identifier: Apache-2.0

import { closeSync, lstatSync, statSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import { otherNetnsPath } from './netns-directory.ts'
import { openNamespace } from './open-namespace.ts'

/** `unknown`: something else is at the path, or its directory cannot be seen. */
export type NamespacePresence = 'there' | 'gone' | 'unknown'

/**
 * Whether a network namespace is at a path, or at the other spelling of it. Only where its directory is, and nothing is
 * in it under that name, the namespace counts as gone: a process without the mount sees no namespace at all, one without
 * propagation of mounts an empty file, one without free descriptors an error. The directory of a process in `/proc` ends
 * with the process, and another PID namespace does not show it, so there it is never certain.
 */
export function namespacePresence(path: string): NamespacePresence {
  if (canBeOpened(path)) return 'there'
  const other = otherNetnsPath(path)
  const spellings = other === undefined ? [path] : [path, other]
  const isSeen = spellings.map((one) => dirname(one)).some(isDirectory)
  return isSeen && isAbsolute(path) && spellings.every(isAbsent) ? 'gone' : 'unknown'
}

function canBeOpened(path: string): boolean {
  try {
    closeSync(openNamespace(path))
    return true
  } catch {
    return false
  }
}

function isAbsent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
