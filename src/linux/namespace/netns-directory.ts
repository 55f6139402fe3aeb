// SPDX-License-Identifier: Apache-2.0

import { readdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { NSFS_MAGIC } from './file-systems.ts'

// Where named namespaces are. On a host the second is the first, by the link /var/run; in a container each is a mount of
// its own, and often only one of them is there.
const directories = ['/run/netns/', '/var/run/netns/'] as const

/** The same namespace by its path in the other directory of named namespaces; undefined for a path elsewhere. */
export function otherNetnsPath(path: string): string | undefined {
  const [first, second] = directories
  if (path.startsWith(first)) return second + path.slice(first.length)
  if (path.startsWith(second)) return first + path.slice(second.length)
  return undefined
}

/**
 * What to do when no named namespace is to be seen by this process, as in a container that lacks the mount; undefined
 * when some are, or when the path is elsewhere: then the namespace itself is gone.
 *
 * @param path that of the namespace that was not found.
 */
export function missingNetnsMount(path: string): string | undefined {
  const directory = directories.find((one) => path.startsWith(one))
  if (directory === undefined || directories.some(hasNamespace)) return undefined
  const mount = directory.slice(0, -1)
  return `mount the host's ${mount} at ${mount} in the pod of the daemon (hostPath, mountPropagation: HostToContainer)`
}

/** Whether a namespace is to be seen in a directory. Without propagation of mounts the files are there, and are empty. */
export function hasNamespace(directory: string): boolean {
  try {
    return readdirSync(directory).some((name) => statfsSync(join(directory, name)).type === NSFS_MAGIC)
  } catch {
    return false
  }
}
