// SPDX-License-Identifier: Apache-2.0

import type { JsonObject } from '../../base/index.ts'
import { objectField, stringField } from './fields.ts'
import { parseObjectMeta } from './object-meta.ts'
import type { KubernetesObject } from './object-meta.ts'
import type { Resource } from './resource.ts'

/** A namespace of the cluster; named so because a Linux namespace is the more frequent one in this code. */
export interface ClusterNamespace extends KubernetesObject {
  /** `Active` or `Terminating`. */
  readonly phase?: string | undefined
}

/** `namespaces` of the core group. */
export const namespaces: Resource<ClusterNamespace> = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
  parse: parseNamespace,
}

/** A namespace from the JSON of the API. */
export function parseNamespace(object: JsonObject): ClusterNamespace {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: parseObjectMeta(object),
    phase: stringField(objectField(object, 'status'), 'phase'),
  }
}
