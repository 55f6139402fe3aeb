// SPDX-License-Identifier: Apache-2.0

import { errorIdOf } from '../../base/index.ts'
import type { Cluster } from '../cluster.ts'
import type { UnattachedPod } from './unattached-pods.ts'

/**
 * The same pods; for one that asks for a network without a definition, that is the obstacle: it is better off without a
 * network than unable to start. Each network is asked about once, and one after the other, as hundreds of pods of a node
 * may ask for the same one, and all nodes at the same time.
 *
 * @throws ApiError when the API does not say.
 */
export async function withDefinitions(
  pods: readonly UnattachedPod[],
  cluster: Pick<Cluster, 'getDefinition'>,
  signal: AbortSignal,
): Promise<readonly UnattachedPod[]> {
  const known = new Map<string, boolean>()
  const isDefined = async (network: string): Promise<boolean> => {
    const answer = known.get(network) ?? (await hasDefinition(network, cluster, signal))
    known.set(network, answer)
    return answer
  }
  const checked: UnattachedPod[] = []
  for (const pod of pods) checked.push(pod.obstacle === undefined ? await check(pod, isDefined) : pod)
  return checked
}

async function check(
  pod: UnattachedPod,
  isDefined: (network: string) => Promise<boolean>,
): Promise<UnattachedPod> {
  for (const network of pod.networks) {
    if (await isDefined(network)) continue
    return { ...pod, obstacle: `network attachment definition ${network} does not exist: create it` }
  }
  return pod
}

async function hasDefinition(
  network: string,
  cluster: Pick<Cluster, 'getDefinition'>,
  signal: AbortSignal,
): Promise<boolean> {
  const [namespace = '', name = ''] = network.split('/')
  try {
    await cluster.getDefinition({ namespace, name }, { signal })
    return true
  } catch (error) {
    if (errorIdOf(error) !== 'kubernetes/not-found') throw error
    return false
  }
}
