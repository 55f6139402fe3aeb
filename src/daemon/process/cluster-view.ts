// SPDX-License-Identifier: Apache-2.0

import type { Log, Lull } from '../../base/index.ts'
import {
  EventRecorder,
  Informer,
  KubernetesClient,
  loadClientConfig,
  networkAttachmentDefinitions,
  pods,
  trimPod,
} from '../../kubernetes/index.ts'
import type { Pod } from '../../kubernetes/index.ts'
import type { MultusOptions } from '../../multus/index.ts'
import type { DaemonConfig } from '../config/daemon-config.ts'
import { OwnPods } from '../housekeeping/own-pods.ts'
import { podSelector } from './node-name.ts'

/** What a daemon knows of the cluster, and by what it tells it things. */
export interface ClusterView extends Pick<MultusOptions, 'client' | 'nads' | 'events'> {
  readonly pods?: Informer<Pod>
  readonly ownPods?: OwnPods
}

interface ClusterViewParts {
  readonly nodeName: string | undefined
  readonly log: Log
  /** Tells when no calls run: events stand back for them. */
  readonly lull: Lull
  readonly parts: AsyncDisposableStack
}

/**
 * The view of the cluster; nothing where no credentials are given and this is no pod.
 *
 * @throws PlaitError when the credentials cannot be used.
 */
export async function connectCluster(
  { kubeconfig }: DaemonConfig,
  { nodeName: host, log, lull, parts }: ClusterViewParts,
): Promise<ClusterView> {
  const clientConfig = await loadClientConfig({ kubeconfig })
  if (clientConfig === undefined) return {}
  const client = parts.use(new KubernetesClient(clientConfig, { log }))
  const fieldSelector = podSelector(host, log)
  const podInformer = parts.use(new Informer(client, pods, { fieldSelector, transform: trimPod, log }))
  const nadInformer = parts.use(new Informer(client, networkAttachmentDefinitions, { log }))
  const events = parts.use(new EventRecorder(client, { host, log, lull, drainMs: 1000 }))
  podInformer.start()
  nadInformer.start()
  const ownPods = new OwnPods(podInformer, host)
  return { client, pods: podInformer, ownPods, nads: nadInformer, events }
}
