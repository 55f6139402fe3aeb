// SPDX-License-Identifier: Apache-2.0

import { PlaitError } from '../../base/index.ts'
import { parseJsonList } from './annotation/json-list.ts'
import type { NetworkSelection } from './annotation/selection.ts'
import { parseShorthandItem } from './annotation/shorthand.ts'

/** The annotation by which a pod asks for networks beside the default one. */
export const networksAnnotation = 'k8s.v1.cni.cncf.io/networks'

/** The annotation that replaces the default network of one pod (spec §4.5). */
export const defaultNetworkAnnotation = 'v1.multus-cni.io/default-network'

/** How many networks one pod may ask for: far above any use, low enough that no pod can occupy a node. */
export const maxNetworks = 256

/**
 * The networks that an annotation asks for, in order, in either notation (ANN-2).
 *
 * @param defaultNamespace where a definition is looked for that names no namespace.
 * @throws PlaitError `multus/annotation-invalid` with upstream's text, `multus/too-many-networks`.
 */
export function parseNetworks(annotation: string, defaultNamespace: string): readonly NetworkSelection[] {
  const text = annotation.trim()
  if (text === '') return []
  if (/[[{"]/.test(text)) return bounded(parseJsonList(text, defaultNamespace))
  const items = bounded(text.split(','))
  return items.map((item) => parseItem(item, defaultNamespace))
}

function parseItem(item: string, defaultNamespace: string): NetworkSelection {
  try {
    return parseShorthandItem(item, defaultNamespace)
  } catch (error) {
    throw new PlaitError('multus/annotation-invalid', 'parsePodNetworkAnnotation', { cause: error })
  }
}

function bounded<T>(items: readonly T[]): readonly T[] {
  if (items.length <= maxNetworks) return items
  throw new PlaitError(
    'multus/too-many-networks',
    `Cannot attach the pod to ${items.length} networks: at most ${maxNetworks} are possible; shorten the annotation ${networksAnnotation}`,
  )
}
