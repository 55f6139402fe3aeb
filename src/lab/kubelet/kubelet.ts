// SPDX-License-Identifier: Apache-2.0

import * as v from 'valibot'
import { type Log, createLog, parseJson } from '../../base/index.ts'
import {
  EventRecorder,
  type GenericObject,
  Informer,
  genericResource,
  pods as podResource,
} from '../../kubernetes/index.ts'
import { openClient } from '../cluster/open-client.ts'
import { makeContainerImage } from './container-image.ts'
import { PodNetwork } from './pod-network.ts'
import { type NodeRuntime, PodWorker } from './pod-worker.ts'

const kubeletOptions = v.object({
  node: v.string(),
  hostIp: v.string(),
  kubeconfig: v.string(),
  /** Path of a statically linked busybox. */
  busybox: v.string(),
  /** Directory of network namespaces in the paths that CNI is given. */
  netnsDirectory: v.string(),
})

/** What a node's kubelet is told at its start. */
export type KubeletOptions = v.InferOutput<typeof kubeletOptions>

/** The options from their JSON, as the lab hands them over. */
export function parseKubeletOptions(json: string): KubeletOptions {
  return v.parse(kubeletOptions, parseJson(json))
}

const pods = genericResource(podResource)
const directory = '/run/plait-lab'

/**
 * Plays the kubelet and the container runtime of one node, inside the node's namespaces: follows the pods of the
 * node, makes their sandboxes, calls CNI, runs their commands, tells their status. Runs until the signal is aborted.
 */
export async function runKubelet(options: KubeletOptions, signal: AbortSignal): Promise<void> {
  const log = createLog({ level: 'info' })
  await using client = await openClient(options.kubeconfig)
  await using events = new EventRecorder(client, { component: 'kubelet', host: options.node, log })
  const runtime: NodeRuntime = {
    client,
    events,
    log,
    network: new PodNetwork(log, options.netnsDirectory),
    hostIp: options.hostIp,
    image: await makeContainerImage(`${directory}/image`, options.busybox),
    rootDirectory: `${directory}/pods`,
  }
  await using informer = new Informer(client, pods, { log, fieldSelector: `spec.nodeName=${options.node}` })
  followPods(informer, runtime, log)
  informer.start(signal)
  await informer.waitForSync({ timeoutMs: 20_000, signal })
  process.stdout.write('ready\n')
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function followPods(informer: Informer<GenericObject>, runtime: NodeRuntime, log: Log): void {
  const workers = new Map<string, PodWorker>()
  const follow = (pod: GenericObject): void => {
    const { uid, namespace, name, deletionTimestamp } = pod.metadata
    let worker = workers.get(uid)
    if (worker === undefined) {
      worker = new PodWorker(runtime, pod)
      workers.set(uid, worker)
      worker
        .run()
        .catch((error: unknown) => log.error({ error, namespace, name }, 'a pod is given up'))
        .finally(() => workers.delete(uid))
    }
    if (deletionTimestamp !== undefined) worker.stop()
  }
  informer.on({
    added: follow,
    updated: follow,
    removed: ({ metadata }) => workers.get(metadata.uid)?.stop(),
  })
}
