// SPDX-License-Identifier: Apache-2.0

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { keepAside, parseCacheEntry } from '../../cni/index.ts'
import type { Call } from '../call.ts'
import { releaseChosen } from '../gc/reservations.ts'
import type { PodNamespace } from '../kernel.ts'

const timeoutMs = 30_000

/**
 * Releases by its id what a container may still hold when the file of its ADD was lost: links of bundled plugins in its
 * namespace, reservations of host-local in every directory that is known, result files that cannot be read. To be called
 * after the plugins did their part; upstream leaves all of this behind.
 *
 * @param namespace the container's, when it can be looked into
 * @throws AggregateError of the directories of reservations that could not be cleaned.
 */
export async function releaseLeftovers(call: Call, namespace: PodNamespace | undefined): Promise<void> {
  const { request, services, log, signal = AbortSignal.timeout(timeoutMs) } = call
  const { containerId } = request
  await removeLinks(call, namespace)
  keepUnreadableAside(call)
  const isOwn = (one: { readonly containerId: string }): boolean => one.containerId === containerId
  const addresses = await releaseChosen(services.dataDirs.list(), isOwn, signal)
  if (addresses > 0) log.warn({ addresses }, 'addresses of the container freed by its id')
}

async function removeLinks({ services, log }: Call, namespace: PodNamespace | undefined): Promise<void> {
  const { linkGroup } = services
  if (linkGroup === 0 || namespace === undefined) return
  try {
    await namespace.links.removeGroup(linkGroup)
  } catch (error) {
    // A namespace that is gone has taken its links with it.
    log.debug({ error }, 'no links removed')
  }
}

function keepUnreadableAside({ request: { containerId, config }, log }: Call): void {
  const directory = join(config.cniDir, 'results')
  const names = existsSync(directory) ? readdirSync(directory) : []
  const own = names.filter((name) => name.includes(`-${containerId}-`) && !name.endsWith('.corrupt'))
  for (const path of own.map((name) => join(directory, name))) {
    if (isReadable(path)) continue
    log.warn({ aside: keepAside(path) }, 'result that cannot be read kept aside')
  }
}

function isReadable(path: string): boolean {
  try {
    parseCacheEntry(readFileSync(path))
    return true
  } catch {
    return false
  }
}
