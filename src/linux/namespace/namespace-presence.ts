// SPDX-License-Identifier: Apache-2.0

import { closeSync, lstatSync } from 'node:fs'
import { dirname, isAbsolute } from 'node:path'
import { hasNamespace, otherNetnsPath } from './netns-directory.ts'
import { openNamespace } from './open-namespace.ts'

/** `unknown`: something else is at the path, or no namespace of its directory is to be seen. */
export type NamespacePresence = 'there' | 'gone' | 'unknown'

/**
 * Whether a network namespace is at a path, or at the other spelling of it. It counts as gone only where nothing has that
 * name and others are to be seen in its directory: a process without the mount sees none at all, one without propagation
 * of mounts an empty file, one without free descriptors an error. A directory of a process in `/proc` ends with the
 * process, and another PID namespace does not show it, so there it is never certain.
 */
export function namespacePresence(path: string): NamespacePresence {
  if (canBeOpened(path)) return 'there'
  const other = otherNetnsPath(path)
  const spellings = other === undefined ? [path] : [path, other]
  const isSeen = spellings.map((one) => dirname(one)).some(hasNamespace)
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
