// SPDX-License-Identifier: Apache-2.0

import type { EventContent, KubernetesClient, NetworkAttachmentDefinition, Pod } from '../kubernetes/index.ts'
import { networkAttachmentDefinitions, PodAnnotator, pods } from '../kubernetes/index.ts'
import type { CallBounds, Cluster, ObjectName, PodEvent } from './cluster.ts'
import { statusAnnotation } from './status/annotation.ts'

/** A copy of the pods of this node, as an informer keeps it. */
export interface PodSource {
  get(namespace: string, name: string): Pod | undefined
}

/** A copy of the definitions of all namespaces, as an informer keeps it. */
export interface NadSource {
  get(namespace: string, name: string): NetworkAttachmentDefinition | undefined
  list(namespace?: string): readonly NetworkAttachmentDefinition[]
}

/** Takes events and posts them in the background, as an event recorder does. */
export interface EventSink {
  post(content: EventContent): void
}

/** What the cluster is seen through. */
export interface ClusterSources {
  readonly client: KubernetesClient
  readonly pods?: PodSource | undefined
  readonly nads?: NadSource | undefined
  readonly events?: EventSink | undefined
}

const defaultTimeoutMs = 5000
const maxNamespacesNamed = 8

/**
 * Kubernetes as Multus sees it: informers where there are any, the API for what they do not know. Upstream
 * asks the informer alone for definitions and fails a pod that was created right after one (INF-4).
 */
export function createKubernetesCluster({ client, pods: podSource, nads, events }: ClusterSources): Cluster {
  const annotator = new PodAnnotator(client)
  return {
    cachedPod: ({ namespace, name }) => podSource?.get(namespace, name),
    getPod: async (name, bounds) => client.get(pods, refOf(name, bounds)),
    getDefinition: async (name, bounds) =>
      nads?.get(name.namespace, name.name) ?? client.get(networkAttachmentDefinitions, refOf(name, bounds)),
    namespacesWithDefinition: async (name, bounds) => {
      const known = nads?.list() ?? (await listByName(client, name, bounds))
      const namespaces = known
        .filter(({ metadata }) => metadata.name === name)
        .map(({ metadata }) => metadata.namespace)
      return namespaces.toSorted().slice(0, maxNamespacesNamed)
    },
    writeStatus: async (pod, annotation, { timeoutMs = defaultTimeoutMs, signal }) => {
      await annotator.write(pod, { [statusAnnotation]: annotation }, { timeoutMs, signal })
    },
    writeStatusIf: async (pod, annotation, { timeoutMs = defaultTimeoutMs, signal, isWanted }) =>
      annotator.writeIf(pod, { [statusAnnotation]: annotation }, { timeoutMs, signal, isWanted }),
    evict: async ({ uid, ...name }, bounds) => client.evict(refOf(name, bounds), { uid }),
    postEvent: (event) => events?.post(eventContent(event)),
  }
}

function refOf({ namespace, name }: ObjectName, { timeoutMs = defaultTimeoutMs, signal }: CallBounds) {
  return { namespace, name, timeoutMs, signal }
}

async function listByName(client: KubernetesClient, name: string, bounds: CallBounds) {
  const { timeoutMs = defaultTimeoutMs, signal } = bounds
  const fieldSelector = `metadata.name=${name}`
  return (await client.list(networkAttachmentDefinitions, { fieldSelector, timeoutMs, signal })).items
}

function eventContent({ pod, type, reason, message }: PodEvent): EventContent {
  return { object: { apiVersion: 'v1', kind: 'Pod', ...pod }, type, reason, message }
}
