// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import type { KubernetesClient, Resource, Workload } from '../../kubernetes/index.ts'

/** Writes the status of workloads, each only when it differs from what was written last. */
export class StatusWriter {
  readonly #client: KubernetesClient
  readonly #written = new Map<string, string>()

  constructor(client: KubernetesClient) {
    this.#client = client
  }

  /** The status of a deployment or a replica set. */
  async write(resource: Resource<Workload>, { metadata }: Workload, status: JsonObject): Promise<void> {
    const text = JSON.stringify(status)
    if (this.#written.get(metadata.uid) === text) return
    const { namespace, name, uid } = metadata
    const options = { type: 'merge', subresource: 'status' } as const
    await this.#client.patch(resource, { namespace, name }, { status }, options)
    this.#written.set(uid, text)
  }
}
