// SPDX-License-Identifier: Apache-2.0

import { createHash } from 'node:crypto'
import type { JsonObject } from '../../../base/index.ts'
import type { Cluster } from '../cluster.ts'
import type { GroupVersion } from '../resources/registry.ts'
import { openApiDocument } from './document.ts'
import { encodeOpenApiV2 } from './v2-protobuf.ts'

interface Document {
  readonly content: JsonObject
  readonly text: string
}

/** The OpenAPI documents of a cluster, made when first asked for and kept until its resources change. */
export class OpenApiDocuments {
  readonly #cluster: Cluster
  #documents = new Map<string, Document>()
  #second: Buffer | undefined
  #madeAt = -1

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** Answer of `/openapi/v3`: where each document is. */
  index(): JsonObject {
    const entries = this.#cluster.registry.groupVersions().map((one): [string, JsonObject] => {
      const path = pathOf(one)
      const hash = createHash('sha256').update(this.#make(one).text).digest('hex').toUpperCase()
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]
    })
    return { paths: Object.fromEntries(entries) }
  }

  /** The v3 document at a path such as `apis/apps/v1`, as JSON text; undefined when there is none. */
  get(path: string): string | undefined {
    const found = this.#cluster.registry.groupVersions().find((one) => pathOf(one) === path)
    return found === undefined ? undefined : this.#make(found).text
  }

  /** Answer of `/openapi/v2`, as protobuf. */
  v2(): Buffer {
    const documents = this.#cluster.registry.groupVersions().map((one) => this.#make(one).content)
    this.#second ??= Buffer.from(encodeOpenApiV2(documents))
    return this.#second
  }

  #make(groupVersion: GroupVersion): Document {
    const { changes } = this.#cluster.registry
    if (changes !== this.#madeAt) {
      this.#documents = new Map()
      this.#second = undefined
      this.#madeAt = changes
    }
    const path = pathOf(groupVersion)
    const known = this.#documents.get(path)
    if (known !== undefined) return known
    const content = openApiDocument(this.#cluster, groupVersion)
    const made = { content, text: JSON.stringify(content) }
    this.#documents.set(path, made)
    return made
  }
}

function pathOf({ group, version }: GroupVersion): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`
}
