// SPDX-License-Identifier: Apache-2.0

import type { Cluster } from './cluster.ts'

/** Where the daemons are. */
export const system = 'kube-system'

const timeout = '--timeout=170s'

/** Waits until all pods of a Deployment or DaemonSet are the ones that are wanted, and Ready. */
export async function rolledOut(cluster: Cluster, workload: string, namespace = 'default'): Promise<void> {
  await cluster.kubectl(['--namespace', namespace, 'rollout', 'status', workload, timeout])
}

/** Gives the Deployment of the scenario so many pods, and waits until they are Ready; with 0 until they are gone. */
export async function scaleTo(cluster: Cluster, replicas: number): Promise<void> {
  await cluster.kubectl(['scale', 'deployment/busybox', `--replicas=${replicas}`])
  await rolledOut(cluster, 'deployment/busybox')
  if (replicas > 0) return
  await cluster.kubectl(['wait', '--for=delete', 'pods', '--selector=app=busybox', timeout])
}

/** The pods of the Deployment of the scenario. */
export const ofScenario = ['pods', '--selector', 'app=busybox'] as const

/** Removes a DaemonSet, and waits until its daemons have ended. */
export async function removeDaemons(cluster: Cluster, name: string): Promise<void> {
  const words = ['delete', 'daemonset', name, '--cascade=foreground', timeout]
  await cluster.kubectl(['--namespace', system, ...words])
}
