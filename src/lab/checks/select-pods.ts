// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { matchesGlob } from 'node:path'
import type { PodFacts, World } from './world.ts'

/** Which pods an expectation is about: `name`, `name-*` or `namespace/name`; the namespace is `default` otherwise. */
export const podPattern = v.pipe(
  v.string(),
  v.regex(/^([a-z0-9-]+\/)?[a-z0-9.*-]+$/, 'give the name of a pod, such as busybox-* or kube-system/dns'),
)

/** Whether a pod is one of those that the pattern means. */
export function isMeant(pod: Pick<PodFacts, 'namespace' | 'name'>, pattern: string): boolean {
  const [name = '', namespace = 'default'] = pattern.split('/').toReversed()
  return pod.namespace === namespace && matchesGlob(pod.name, name)
}

/**
 * The pods that the pattern means.
 *
 * @throws Error when there is none: an expectation about nothing would hold for ever.
 */
export async function selectPods(world: World, pattern: string): Promise<PodFacts[]> {
  const all = await world.pods()
  const found = all.filter((pod) => isMeant(pod, pattern))
  if (found.length > 0) return found
  const names = all.map(({ namespace, name }) => `${namespace}/${name}`)
  throw new Error(`no pod is called ${pattern} (there is ${names.join(', ') || 'none'})`)
}

/** The network namespace of a pod that has one. @throws Error when it has no sandbox. */
export function netnsOf(pod: PodFacts): string {
  if (pod.netns === undefined) throw new Error(`pod ${pod.namespace}/${pod.name} has no sandbox`)
  return pod.netns
}
