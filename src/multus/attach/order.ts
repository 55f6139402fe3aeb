// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { ipamOf, ipamTypeOf } from '../../cni/index.ts'
import type { PluginConfig } from '../../cni/index.ts'
import { pluginsOf } from '../delegate/delegate.ts'
import type { Delegate } from '../delegate/delegate.ts'

/** One attachment of a pod, as far as its order among the others goes. */
export interface OrderedAttachment {
  readonly delegate: Delegate
  readonly interfaceName: string
  /** Whether no other one may be under way meanwhile: the default network, and what moves default routes. */
  readonly isAlone: boolean
}

/** Tells whether a plugin is a program that is waited for, by its type. */
export type IsExternal = (type: string) => boolean

/** Whether a program is waited for in an attachment, be it only for its addresses. */
export function isExternalDelegate(delegate: Delegate, isExternal: IsExternal): boolean {
  return pluginsOf(delegate).some(({ type, config }) => {
    const ipamType = ipamTypeOf(config)
    return isExternal(type) || (ipamType !== undefined && isExternal(ipamType))
  })
}

/**
 * For each attachment, the places of those before it that have to be done first. Order matters where one stands
 * alone; where both belong to the same network, the same master or bridge of the node; where both ask for a route to the
 * same destination, which the first one gets, or choose a routing table; where one names the interface of the other,
 * such as a VLAN on `net1`. Bundled plugins go one after the other anyway: they wait for
 * the kernel, and the kernel has one lock.
 */
export function planOrder(
  attachments: readonly OrderedAttachment[],
  isExternal: IsExternal,
): readonly (readonly number[])[] {
  const traits = attachments.map((attachment) => traitsOf(attachment, isExternal))
  return traits.map((own, index) =>
    traits.slice(0, index).flatMap((earlier, place) => (areOrdered(own, earlier) ? [place] : [])),
  )
}

interface Traits extends Pick<OrderedAttachment, 'interfaceName' | 'isAlone'> {
  readonly isBundled: boolean
  readonly shared: ReadonlySet<string>
  /** Every text in the configuration that could be the name of an interface. */
  readonly texts: ReadonlySet<string>
}

function traitsOf({ delegate, interfaceName, isAlone }: OrderedAttachment, isExternal: IsExternal): Traits {
  return {
    interfaceName,
    isAlone,
    isBundled: !isExternalDelegate(delegate, isExternal),
    shared: new Set([`name ${delegate.network.name}`, ...pluginsOf(delegate).flatMap(sharedBy)]),
    texts: new Set(textsIn(delegate.config)),
  }
}

function areOrdered(one: Traits, other: Traits): boolean {
  if (one.isAlone || other.isAlone || (one.isBundled && other.isBundled)) return true
  if (one.texts.has(other.interfaceName) || other.texts.has(one.interfaceName)) return true
  return [...one.shared].some((each) => other.shared.has(each))
}

function sharedBy(plugin: PluginConfig): readonly string[] {
  return [
    ...hostLinks(plugin),
    ...destinations(plugin),
    ...tableChoosers.filter((type) => type === plugin.type),
  ]
}

// Each looks for a table of the pod that nobody has, and takes it a moment later.
const tableChoosers = ['vrf', 'sbr']

const hostLinkKeys = ['master', 'bridge', 'device', 'link']

function hostLinks({ config }: PluginConfig): readonly string[] {
  return hostLinkKeys.flatMap((key) => {
    const value = getCaseInsensitive(config, key)
    return typeof value === 'string' && value !== '' ? [`link ${value}`] : []
  })
}

function destinations({ config }: PluginConfig): readonly string[] {
  const ipam = ipamOf(config)
  const routes = ipam && getCaseInsensitive(ipam, 'routes')
  if (!Array.isArray(routes)) return []
  return routes.flatMap((route) => {
    const dst = isJsonObject(route) ? getCaseInsensitive(route, 'dst') : undefined
    return typeof dst === 'string' ? [`route ${dst}`] : []
  })
}

// Networks are often named as interfaces are.
const ownNames = new Set(['name', 'type', 'cniVersion'])

// Not by recursion: a definition may be nested as deep as it likes.
function textsIn(config: JsonObject): readonly string[] {
  const texts: string[] = []
  const left: (JsonValue | undefined)[] = [config]
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value === 'string') texts.push(value)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) if (!ownNames.has(key)) left.push(inner ?? null)
    }
  }
  return texts
}
