// SPDX-License-Identifier: Apache-2.0

import { getCaseInsensitive, isJsonObject } from '../../base/index.ts'
import type { JsonObject, JsonValue } from '../../base/index.ts'
import { genericResource, pods } from '../../kubernetes/index.ts'
import type { KubernetesClient, ResourceKind } from '../../kubernetes/index.ts'
import type { PodRef } from '../cluster.ts'
import { isList } from '../decode.ts'
import type { DeviceMap } from './device-pool.ts'

const deviceIdAttribute = 'k8s.cni.cncf.io/deviceID'
const resourceNameAttribute = 'k8s.cni.cncf.io/resourceName'
const budgetMs = 20_000

const kindOfDra = (plural: string, kind: string, namespaced: boolean): ResourceKind => ({
  group: 'resource.k8s.io',
  version: 'v1',
  plural,
  kind,
  namespaced,
})
const resourceClaims = genericResource(kindOfDra('resourceclaims', 'ResourceClaim', true))
const resourceSlices = genericResource(kindOfDra('resourceslices', 'ResourceSlice', false))
const rawPods = genericResource(pods)

/**
 * The devices that DRA drivers allocated to a pod, by the resource name that their slices give them (DEV-7).
 * Devices without the two attributes are left out, so that a claim may hold GPUs and network cards; not so
 * those of an extended resource, which must match.
 *
 * @throws Error in upstream's words when a claim is not allocated; ApiError.
 */
export async function readClaimedDevices(
  client: KubernetesClient,
  { namespace, name }: PodRef,
): Promise<DeviceMap> {
  const lookup = new ClaimLookup(client, AbortSignal.timeout(budgetMs))
  const { content } = await client.get(rawPods, {
    namespace,
    name,
    timeoutMs: budgetMs,
    signal: lookup.signal,
  })
  const [status, spec] = [child(content, 'status'), child(content, 'spec')]
  const node = text(spec, 'nodeName')
  const devices = new Map<string, string[]>()
  const put = (resource: string, id: string): void => {
    devices.set(resource, [...(devices.get(resource) ?? []), id])
  }
  for (const claim of children(status, 'resourceClaimStatuses')) {
    const claimName = text(claim, 'resourceClaimName')
    if (claimName === '') continue
    for (const result of await lookup.allocation(namespace, claimName)) {
      const { id, resource } = attributesOf(await lookup.device(result, node))
      if (id !== '' && resource !== '') put(resource, id)
    }
  }
  await readExtended(child(status, 'extendedResourceClaimStatus'), { lookup, namespace, node, put })
  return devices
}

interface ExtendedContext {
  readonly lookup: ClaimLookup
  readonly namespace: string
  readonly node: string
  readonly put: (resource: string, id: string) => void
}

async function readExtended(
  status: JsonObject,
  { lookup, namespace, node, put }: ExtendedContext,
): Promise<void> {
  const claimName = text(status, 'resourceClaimName')
  if (claimName === '') return
  for (const mapping of children(status, 'requestMappings')) {
    const [request, resource] = [text(mapping, 'requestName'), text(mapping, 'resourceName')]
    const results = (await lookup.allocation(namespace, claimName)).filter(
      (result) => text(result, 'request') === request,
    )
    if (results.length === 0) throw new Error(`request ${request} not found in claim ${claimName}`)
    for (const result of results) {
      const attributes = attributesOf(await lookup.device(result, node))
      if (attributes.id === '' || attributes.resource !== resource) {
        throw new Error(
          `device ${text(result, 'device')} of claim ${claimName} is not one of resource ${resource}`,
        )
      }
      put(resource, attributes.id)
    }
  }
}

/** Claims and slices, each read once for one pod. */
class ClaimLookup {
  readonly signal: AbortSignal
  readonly #client: KubernetesClient
  readonly #claims = new Map<string, Promise<readonly JsonObject[]>>()
  readonly #slices = new Map<string, Promise<readonly JsonObject[]>>()

  constructor(client: KubernetesClient, signal: AbortSignal) {
    this.#client = client
    this.signal = signal
  }

  /** The devices that a claim was given: driver, pool and device of each. */
  async allocation(namespace: string, name: string): Promise<readonly JsonObject[]> {
    const key = `${namespace}/${name}`
    const known = this.#claims.get(key) ?? this.#readClaim(namespace, name)
    this.#claims.set(key, known)
    return known
  }

  /** What its driver says about a device of the node; undefined when no slice has it. */
  async device(result: JsonObject, node: string): Promise<JsonObject | undefined> {
    const driver = text(result, 'driver')
    const known = this.#slices.get(driver) ?? this.#readSlices(driver, node)
    this.#slices.set(driver, known)
    const specs = (await known).filter((spec) => text(child(spec, 'pool'), 'name') === text(result, 'pool'))
    return specs
      .flatMap((spec) => children(spec, 'devices'))
      .find((device) => text(device, 'name') === text(result, 'device'))
  }

  async #readClaim(namespace: string, name: string): Promise<readonly JsonObject[]> {
    const { signal } = this
    const { content } = await this.#client.get(resourceClaims, {
      namespace,
      name,
      timeoutMs: budgetMs,
      signal,
    })
    const allocation = child(content, 'status').allocation
    if (!isJsonObject(allocation)) throw new Error(`claim ${name} has no device allocation`)
    return children(child(allocation, 'devices'), 'results')
  }

  async #readSlices(driver: string, node: string): Promise<readonly JsonObject[]> {
    const fieldSelector = [...(node === '' ? [] : [`spec.nodeName=${node}`]), `spec.driver=${driver}`].join(
      ',',
    )
    const { items } = await this.#client.list(resourceSlices, {
      fieldSelector,
      timeoutMs: budgetMs,
      signal: this.signal,
    })
    return items
      .map(({ content }) => child(content, 'spec'))
      .filter((spec) => text(spec, 'driver') === driver)
  }
}

function attributesOf(device: JsonObject | undefined): { readonly id: string; readonly resource: string } {
  const attributes = child(device ?? {}, 'attributes')
  return {
    id: text(child(attributes, deviceIdAttribute), 'string'),
    resource: text(child(attributes, resourceNameAttribute), 'string'),
  }
}

function child(object: JsonObject, key: string): JsonObject {
  const value = getCaseInsensitive(object, key)
  return isJsonObject(value) ? value : {}
}

function children(object: JsonObject, key: string): readonly JsonObject[] {
  const value: JsonValue | undefined = getCaseInsensitive(object, key)
  return isList(value) ? value.filter((item) => isJsonObject(item)) : []
}

function text(object: JsonObject, key: string): string {
  const value = getCaseInsensitive(object, key)
  return typeof value === 'string' ? value : ''
}
