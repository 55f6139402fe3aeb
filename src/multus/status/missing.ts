// SPDX-License-Identifier: Apache-2.0

import { isJsonObject, parseJson } from '../../base/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import { networksAnnotation, parseNetworks } from '../networks/networks.ts'
import { statusAnnotation } from './annotation.ts'

/**
 * How many networks these pods ask for and do not have by their status. A pod that is being made has none for a
 * moment; an annotation that cannot be read counts as one network. Pods that have ended or share the node's network
 * miss nothing.
 */
export function missingAttachments(pods: Iterable<Pod>): number {
  let missing = 0
  for (const pod of pods) missing += missingIn(pod)
  return missing
}

function missingIn({ metadata, spec, status }: Pod): number {
  const annotation = metadata.annotations[networksAnnotation]
  const isOver = status.phase === 'Succeeded' || status.phase === 'Failed' || metadata.deletionTimestamp
  if (annotation === undefined || spec.hostNetwork || isOver) return 0
  const attached = attachedNetworks(metadata.annotations[statusAnnotation] ?? '[]')
  let missing = 0
  for (const name of askedNetworks(annotation, metadata.namespace ?? '')) {
    const place = attached.indexOf(name)
    if (place >= 0) attached.splice(place, 1)
    else missing++
  }
  return missing
}

// A network that is asked for twice has to be there twice.
function askedNetworks(annotation: string, defaultNamespace: string): readonly string[] {
  try {
    return parseNetworks(annotation, defaultNamespace).map(({ namespace, name }) => `${namespace}/${name}`)
  } catch {
    return ['unreadable']
  }
}

function attachedNetworks(annotation: string): string[] {
  try {
    const entries = parseJson(annotation)
    if (!Array.isArray(entries)) return []
    return entries.flatMap((entry) =>
      isJsonObject(entry) && typeof entry.name === 'string' ? [entry.name] : [],
    )
  } catch {
    return []
  }
}
