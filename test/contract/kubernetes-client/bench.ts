// SPDX-License-Identifier: Apache-2.0

import { errorIdOf, waitFor } from '../../../src/base/index.ts'
import type { JsonObject } from '../../../src/base/index.ts'
import { pods } from '../../../src/kubernetes/index.ts'
import type { ClientConfig, KubernetesClient, Pod } from '../../../src/kubernetes/index.ts'

/** A server to test. The network-attachment-definition CRD is installed in it. */
export interface ApiBackend extends AsyncDisposable {
  readonly config: ClientConfig
  /** Makes the server forget old versions, so that a watch from them is refused. */
  readonly forgetHistory?: (() => void | Promise<void>) | undefined
}

/** A running server, a client for it and a namespace of its own for one suite. */
export interface Bench {
  readonly backend: ApiBackend
  readonly client: KubernetesClient
  readonly namespace: string
}

/** In ms. */
export const second = 1000
/** The annotation in which a pod's networks are reported. */
export const statusKey = 'k8s.v1.cni.cncf.io/network-status'

/** A pod of two containers that no node will run. */
export function podBody({ namespace }: Bench, name: string, labels: JsonObject = {}): JsonObject {
  return {
    metadata: { name, namespace, labels },
    spec: {
      nodeName: 'contract-node',
      terminationGracePeriodSeconds: 0,
      containers: [
        { name: 'one', image: 'example/one:1' },
        { name: 'two', image: 'example/two:1' },
      ],
    },
  }
}

/** Creates a pod; a real server refuses pods of a new namespace until its service account is there. */
export async function createPod(bench: Bench, name: string, labels?: JsonObject): Promise<Pod> {
  const attempt = async (): Promise<Pod | undefined> => {
    try {
      return await bench.client.create(pods, podBody(bench, name, labels))
    } catch (error) {
      if (errorIdOf(error) === 'kubernetes/forbidden') return undefined
      throw error
    }
  }
  return waitFor(attempt, { timeoutMs: 30 * second, intervalMs: 200, what: 'the first pod of the namespace' })
}

/** Removes a pod at once. */
export async function removePod({ client, namespace }: Bench, name: string): Promise<void> {
  await client.remove(pods, { namespace, name }, { gracePeriodSeconds: 0 })
}
