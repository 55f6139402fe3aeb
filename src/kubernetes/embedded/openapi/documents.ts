// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../base/index.ts'
import type { Cluster } from '../cluster.ts'
import type { GroupVersion } from '../resources/registry.ts'
import { openApiDocument } from './document.ts'

/** The OpenAPI v3 documents of a cluster, made when first asked for and kept until its resources change. */
export class OpenApiDocuments {
  readonly #cluster: Cluster
  #documents = new Map<string, string>()
  #madeAt = -1

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Answer of `/openapi/v3`: where each document is. */
  index(): JsonObject {
    const entries = this.#cluster.registry.groupVersions().map((one): [string, JsonObject] => {
      const path = pathOf(one)
      const hash = createHash('sha256').update(this.#make(one)).digest('hex').toUpperCase()
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]
    })
    return { paths: Object.fromEntries(entries) }
  }

  /** The document at a path such as `apis/apps/v1`, as JSON text; undefined when there is none. */
  get(path: string): string | undefined {
    const found = this.#cluster.registry.groupVersions().find((one) => pathOf(one) === path)
    return found === undefined ? undefined : this.#make(found)
  }

  #make(groupVersion: GroupVersion): string {
    const { changes } = this.#cluster.registry
    if (changes !== this.#madeAt) {
      this.#documents = new Map()
      this.#madeAt = changes
    }
    const path = pathOf(groupVersion)
    const known = this.#documents.get(path) ?? JSON.stringify(openApiDocument(this.#cluster, groupVersion))
    this.#documents.set(path, known)
    return known
  }
}

function pathOf({ group, version }: GroupVersion): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}
